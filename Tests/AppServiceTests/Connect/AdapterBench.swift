import Bridge
import Logging
import Testing
import Transport

@testable import AppService

/// An adapter at work between a peer and a receiver, on a clock that stands still.
struct AdapterBench<Peer: ContractPeer> {
    let peer: Peer
    let receiver: ConnectReceiver
    let clock: MovableClock
    let adapter: ConnectAdapter

    /// Runs the adapter while `body` runs.
    static func run(
        _ peer: Peer, _ receiver: ConnectReceiver = ConnectReceiver(), app: String = "connect",
        _ body: @escaping @Sendable (AdapterBench) async throws -> Void
    ) async throws {
        let clock = MovableClock(standingAt: Moment(milliseconds: 1_788_264_000_000))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let bench = AdapterBench(
            peer: peer, receiver: receiver, clock: clock,
            adapter: ConnectAdapter(app: app, services: peer, clock: clock, logger: logger, jitter: { 1 }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await bench.adapter.run(zones: { receiver.subscriptions() }, receive: { try await receiver.receive($0) })
                } catch is CancellationError {}
            }
            group.addTask { try await body(bench) }
            // The adapter runs until it is cancelled, so the body ends first.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Runs until the zones are caught up, then `body`.
    static func connected(
        _ peer: Peer, _ receiver: ConnectReceiver = ConnectReceiver(),
        _ body: @escaping @Sendable (AdapterBench) async throws -> Void
    ) async throws {
        try await run(peer, receiver) { bench in
            try await receiver.wait(for: "caught up", count: receiver.zones.count)
            try await body(bench)
        }
    }

    /// Waits until exactly so many sleep on the clock, then moves it.
    func move(by duration: Duration, when sleepers: Int) async throws {
        try await eventually { clock.sleepers == sleepers }
        clock.move(by: duration)
    }

    /// Between two rounds nobody sleeps but the adapter itself.
    func letItReconnect(after duration: Duration = .seconds(1)) async throws { try await move(by: duration, when: 1) }

    /// Waits for something that cannot be awaited.
    func eventually(_ condition: () -> Bool) async throws {
        while !condition() {
            try Task.checkCancellation()
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Moves the clock from second to second until the task is done; only for what does not fear that a request becomes overdue.
    func moving<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                while !Task.isCancelled {
                    let pause = try await ContinuousClock().measure { try await Alarm.sleep(for: .milliseconds(20)) }
                    // Where a pause on the sockets' event loops becomes much longer, it must not look as if the peer were silent.
                    if pause < .milliseconds(60) { clock.move(by: .milliseconds(500)) }
                }
                return nil
            }
            while let result = try await group.next() { if let result { return result } }
            throw CancellationError()
        }
    }
}

extension AdapterBench<ConnectPeer> {
    /// Runs against a peer in memory until the zones are caught up, then `body`.
    static func connected(_ body: @escaping @Sendable (AdapterBench) async throws -> Void) async throws {
        try await connected(ConnectPeer(), ConnectReceiver(), body)
    }
}

extension PostRequest {
    /// A root with a title and tags, or with `under` a reply.
    static func sample(
        _ html: String = "hello", zone: String = "whatsapp", discussion: PostReference? = nil, under target: PostReference? = nil,
        key: String = "6f1c0000-0000-4000-8000-000000000001", tags: [String] = [], privateTo: String? = nil
    ) -> PostRequest {
        PostRequest(
            zone: Zone(rawValue: zone), discussion: discussion, repliesTo: target, key: key, title: discussion == nil ? "Ben" : nil, html: html,
            tags: tags, privateTo: privateTo)
    }
}
