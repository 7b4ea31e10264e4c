import NIOCore
import NIOPosix
import NIOSSL

/// A plain TCP connection of a test: sends any bytes, reads what comes.
struct RawConnection {
    let channel: any Channel
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    /// What was read and not yet taken.
    private(set) var buffer = ByteBuffer()

    fileprivate init(
        _ channel: any Channel, _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.channel = channel
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Says that nothing more will be sent.
    func finish() {
        outbound.finish()
    }

    /// Reads more; returns false at the end.
    mutating func readMore() async throws -> Bool {
        guard var part = try await inbound.next() else { return false }
        buffer.writeBuffer(&part)
        return true
    }

    /// Reads that many bytes.
    mutating func read(_ count: Int) async throws -> [UInt8] {
        while buffer.readableBytes < count {
            guard try await readMore() else { throw TestError.ended(String(buffer: buffer)) }
        }
        return buffer.readBytes(length: count) ?? []
    }

    /// Reads up to and including the text.
    mutating func read(until end: String) async throws -> String {
        var text = ""
        while !text.hasSuffix(end) {
            text += String(decoding: try await read(1), as: UTF8.self)
        }
        return text
    }

    /// Reads a response with a declared length.
    mutating func readResponse(withoutBody: Bool = false) async throws -> RawResponse {
        let head = try await read(until: "\r\n\r\n")
        var response = RawResponse(head: head)
        if !withoutBody, let length = response.field("content-length").flatMap({ Int($0) }) {
            response.body = String(decoding: try await read(length), as: UTF8.self)
        }
        return response
    }

    /// Reads to the end of the connection. A reset counts as its end.
    mutating func readAll() async -> String {
        while (try? await readMore()) == true {}
        return buffer.readString(length: buffer.readableBytes) ?? ""
    }
}

/// A response as it came.
struct RawResponse {
    var head: String
    var body = ""

    var status: Int { Int(head.split(separator: " ", maxSplits: 2).dropFirst().first ?? "") ?? 0 }

    func field(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name { return parts[1].trimmingSpaces }
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

/// Runs a server that plays a script on every connection, while the body runs.
@discardableResult
func withScriptedServer<Result: Sendable>(
    _ script: @escaping @Sendable (inout RawConnection) async throws -> Void, _ body: (Int) async throws -> Result
) async throws -> Result {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        // Read only once there is somebody to read for.
        .childChannelOption(.autoRead, value: false)
        .bind(host: "127.0.0.1", port: 0) { channel in channel.eventLoop.makeSucceededFuture(channel) }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            try await listener.executeThenClose { channels in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await channel in channels {
                        group.addTask {
                            // The script's end, whatever it is, is the connection's.
                            try? await play(script, on: channel)
                        }
                    }
                }
            }
        }
        defer { group.cancelAll() }
        return try await body(listener.channel.localAddress?.port ?? 0)
    }
}

private func play(_ script: @Sendable (inout RawConnection) async throws -> Void, on channel: any Channel) async throws {
    let wrapped = try await channel.eventLoop.submit {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }.get()
    try await wrapped.executeThenClose { inbound, outbound in
        try await channel.setOption(.autoRead, value: true).get()
        var connection = RawConnection(channel, inbound, outbound)
        try await script(&connection)
    }
}

/// Connects to a port of the loopback interface, runs the body, and closes.
@discardableResult
func withRawConnection<Result: Sendable>(
    to port: Int,
    tls: TLSConfiguration? = nil,
    receiveBuffer: Int? = nil,
    _ body: (inout RawConnection) async throws -> Result
) async throws -> Result {
    let context = try tls.map { try NIOSSLContext(configuration: $0) }
    var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelOption(.allowRemoteHalfClosure, value: true)
    if let receiveBuffer {
        bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
    }
    let channel = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
            if let context {
                try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
            }
            return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }
    do {
        return try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(channel.channel, inbound, outbound)
            return try await body(&connection)
        }
    } catch ChannelError.alreadyClosed {
        throw TestError.ended("closed twice")
    }
}
