import Glibc
import Lab
import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy on loopback, which is a bad network as long as a test wants it to be one. To be used within `open`.
final class NetworkProxy: Sendable {
    /// What becomes of what passes through it.
    struct Weather: Sendable, Equatable {
        /// For how many milliseconds each part is held.
        var latency = 0...0
        /// How many bytes a second pass in each direction of a connection; nil for no limit. Who sends faster is held back.
        var bytesPerSecond: Int?
        /// Whether nothing passes at all, while everybody believes to be connected. What was sent meanwhile arrives afterwards, unless the
        /// connections are ended before.
        var isSilent = false
        /// What becomes of new connections; nil if they are taken.
        var refusal: Ending?
    }

    /// How connections end.
    enum Ending: Sendable, Equatable {
        /// As by a peer that has finished.
        case closed
        /// As by a peer that knows nothing of them (RST).
        case reset
    }

    /// What happened so far.
    struct Figures: Sendable, Equatable {
        var connections = 0
        var refused = 0
        var ended = 0
        var bytes = 0
    }

    private struct State {
        var weather = Weather()
        var target: Int?
        /// Both ends of each connection that is open.
        var connections: [Int: [any Channel]] = [:]
        var figures = Figures()
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private static let partSize = 16 * 1024
    /// How often somebody who is held looks whether that goes on.
    private static let glance = Duration.milliseconds(10)

    /// The base URL of what it leads to, through it; without a slash at the end.
    let address: String
    private let seed: UInt64
    private let state = Mutex(State())

    private init(port: Int, seed: UInt64) {
        address = "http://127.0.0.1:\(port)"
        self.seed = seed
    }

    /// Runs `body` with a proxy that leads nowhere yet.
    ///
    /// - Parameter seed: Where its random choices begin.
    static func open<Result: Sendable>(seed: UInt64, _ body: (NetworkProxy) async throws -> Result) async throws -> Result {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Nothing is read before there is somebody to read it.
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: partSize))
            .bind(host: "127.0.0.1", port: 0) { channel in channel.eventLoop.makeSucceededFuture(channel) }
        let proxy = NetworkProxy(port: listener.channel.localAddress?.port ?? 0, seed: seed)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await proxy.accept(listener) }
            defer { group.cancelAll() }
            return try await body(proxy)
        }
    }

    /// Has it lead to a port of loopback.
    func leads(to port: Int) { state.withLock { $0.target = port } }

    var weather: Weather {
        get { state.withLock { $0.weather } }
        set { state.withLock { $0.weather = newValue } }
    }

    var figures: Figures { state.withLock { $0.figures } }

    /// Ends all connections that there are.
    func end(_ ending: Ending) {
        let channels = state.withLock { state in
            state.figures.ended += state.connections.count
            return state.connections.values.flatMap(\.self)
        }
        for channel in channels { Self.end(channel, ending) }
    }

    private static func end(_ channel: any Channel, _ ending: Ending) {
        if ending == .reset { (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in } }
        channel.close(promise: nil)
    }

    // MARK: Passing on

    private func accept(_ listener: NIOAsyncChannel<any Channel, Never>) async throws {
        try await listener.executeThenClose { channels in
            try await withThrowingDiscardingTaskGroup { group in
                for try await channel in channels { group.addTask { await self.serve(channel) } }
            }
        }
    }

    /// Returns when both ends are closed. How they came to that is the test's business.
    private func serve(_ channel: any Channel) async {
        let (weather, target, number) = state.withLock { state in
            state.figures.connections += 1
            if state.weather.refusal != nil { state.figures.refused += 1 }
            return (state.weather, state.target, state.figures.connections)
        }
        guard let target, weather.refusal == nil else { return Self.end(channel, weather.refusal ?? .closed) }
        defer { state.withLock { _ = $0.connections.removeValue(forKey: number) } }
        do {
            let near = try await Self.begin(channel)
            try await near.executeThenClose { fromNear, toNear in
                let far = try await Self.connect(to: target)
                try await far.executeThenClose { fromFar, toFar in
                    state.withLock { $0.connections[number] = [near.channel, far.channel] }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await self.pass(fromNear, to: toFar, seed: UInt64(2 * number)) }
                        group.addTask { try await self.pass(fromFar, to: toNear, seed: UInt64(2 * number + 1)) }
                        // The first that fails ends the other one.
                        try await group.waitForAll()
                    }
                }
            }
        } catch {}
    }

    private static func begin(_ channel: any Channel) async throws -> Connection {
        try await channel.eventLoop.submit {
            let connection = try Self.connection(on: channel)
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return connection
        }.get()
    }

    private static func connect(to port: Int) async throws -> Connection {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: partSize))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Self.connection(on: channel) }
            }
    }

    /// Reads no more than one part ahead, so that who sends is held back as soon as the other end does not take it.
    private static func connection(on channel: any Channel) throws -> Connection {
        try Connection(
            wrappingChannelSynchronously: channel,
            configuration: .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: 1), isOutboundHalfClosureEnabled: true))
    }

    private func pass(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, to outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, seed number: UInt64
    ) async throws {
        var random = SeededGenerator(seed: seed &+ number &* 7_919)
        for try await part in inbound {
            try await hold(part.readableBytes, &random)
            try await outbound.write(part)
            state.withLock { $0.figures.bytes += part.readableBytes }
        }
        // An end, too, does not get through a network that is silent.
        try await hold(0, &random)
        outbound.finish()
    }

    /// Returns when the weather lets that many bytes through.
    private func hold(_ bytes: Int, _ random: inout SeededGenerator) async throws {
        let weather = weather
        let latency = Int.random(in: weather.latency, using: &random)
        let transfer = weather.bytesPerSecond.map { bytes * 1_000 / max(1, $0) } ?? 0
        if latency + transfer > 0 { try await Task.sleep(for: .milliseconds(latency + transfer)) }
        while self.weather.isSilent { try await Task.sleep(for: Self.glance) }
    }
}
