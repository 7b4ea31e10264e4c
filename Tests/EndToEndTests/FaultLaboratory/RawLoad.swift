import Lab
import NIOCore
import NIOPosix

/// Sends bytes that no well-behaved client sends, each over a connection of its own, as fast as the service takes them.
struct RawLoad: Sendable {
    /// The service's port on loopback.
    let port: Int

    /// - Parameter address: `http://127.0.0.1:port`
    init?(_ address: String) {
        guard let port = address.split(separator: ":").last.flatMap({ Int($0) }) else { return nil }
        self.port = port
    }

    /// Has `workers` tasks send what `next` gives them until it gives nothing more.
    ///
    /// - Parameter isAnswered: whether an answer is waited for; else the connection is closed as soon as the bytes are sent
    func run(
        workers: Int, seed: UInt64, isAnswered: Bool, _ next: @escaping @Sendable (_ random: inout SeededGenerator) -> [UInt8]?
    ) async -> WebhookLoad.Figures {
        await withTaskGroup(of: WebhookLoad.Figures.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(worker) &* 7_919)
                    var figures = WebhookLoad.Figures()
                    while !Task.isCancelled, let bytes = next(&random) {
                        let start = ContinuousClock.now
                        let status = (try? await send(bytes, isAnswered: isAnswered)) ?? 0
                        figures.add(status, after: start.duration(to: .now))
                    }
                    return figures
                }
            }
            return await group.reduce(into: WebhookLoad.Figures()) { $0.add($1) }
        }
    }

    /// Returns the status of the answer, 0 without one.
    private func send(_ bytes: [UInt8], isAnswered: Bool) async throws -> Int {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(30))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { answer, request in
            try await request.write(ByteBuffer(bytes: bytes))
            guard isAnswered else { return 0 }
            var head = ""
            for try await part in answer {
                head += String(buffer: part)
                // HTTP/1.1 400 and so on.
                let words = head.split(separator: " ", omittingEmptySubsequences: false)
                if words.count > 2, let status = Int(words[1]) { return status }
            }
            return 0
        }
    }
}
