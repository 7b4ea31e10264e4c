import Synchronization

/// What went over the wires of the lab, newest last, with the secrets taken out.
public final class WireLog: Sendable {
    /// The simulator at one end of the wire; the connector is at the other, or an administrator's page with `admin`.
    public enum System: String, Sendable {
        case pbx, connect, meta
        /// The PBX and its App Platform towards an administrator's page, which stands where the service stands otherwise.
        case admin
    }

    /// Which way a message went.
    public enum Direction: String, Sendable {
        case toService, fromService
    }

    /// One message.
    public struct Entry: Sendable, Equatable {
        /// Counts up from 1.
        public var number: UInt64
        /// The lab's time, in milliseconds since 1970 UTC.
        public var at: Int64
        /// The simulator.
        public var system: System
        /// Which way it went.
        public var direction: Direction
        /// What it is, in a few words.
        public var summary: String
        /// The JSON as sent or received, but for its secrets; empty for what has none.
        public var text: String
    }

    private struct State {
        var entries: [Entry] = []
        var nextNumber: UInt64 = 1
    }

    private let capacity: Int
    private let clock: LabClock
    private let state = Mutex(State())
    let changes = ChangeSignal()

    init(capacity: Int = 2_000, clock: LabClock) {
        self.capacity = capacity
        self.clock = clock
    }

    /// The entries that are still kept and have a higher number.
    public func entries(after number: UInt64 = 0) -> [Entry] {
        state.withLock { state in Array(state.entries.drop { $0.number <= number }) }
    }

    func add(_ system: System, _ direction: Direction, _ summary: String, _ message: LabJSON?) {
        var text = message.map { Self.redacted($0).text() } ?? ""
        if text.utf8.count > 16_384 { text = String(text.prefix(16_000)) + "…" }
        let at = clock.now()
        state.withLock { state in
            state.entries.append(Entry(number: state.nextNumber, at: at, system: system, direction: direction, summary: summary, text: text))
            state.nextNumber += 1
            if state.entries.count > capacity { state.entries.removeFirst(state.entries.count - capacity) }
        }
        changes.signal()
    }

    private static let secretNames: Set<String> = [
        "digest", "key", "salt", "session", "password", "pwd", "managerPwd", "pin", "token", "access_token", "verify_token", "input_token",
        "app_secret",
    ]

    /// The value without what opens doors.
    static func redacted(_ value: LabJSON) -> LabJSON {
        switch value {
        case .object(let members):
            .object(members.map { .init($0.name, secretNames.contains($0.name) ? "•••" : redacted($0.value)) })
        case .array(let elements): .array(elements.map(redacted))
        default: value
        }
    }
}
