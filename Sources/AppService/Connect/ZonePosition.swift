import Bridge
import Protocol

/// Where a post stands in the order of its zone: by time, then by id (Connect, Ids, order, paging).
struct ZonePosition: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970 UTC, by Connect's clock.
    var timestamp: UInt64
    /// The post's id.
    var id: Connect.ID

    /// Before every post.
    static let origin = ZonePosition(timestamp: 0, id: Connect.ID(rawValue: 0))

    init(timestamp: UInt64, id: Connect.ID) {
        self.timestamp = timestamp
        self.id = id
    }

    /// Nil for a post that lacks its id or its time, and so cannot be placed.
    init?(_ add: Connect.Add) {
        guard let id = add.id, let timestamp = add.timestamp else { return nil }
        self.init(timestamp: timestamp, id: id)
    }

    static func < (left: ZonePosition, right: ZonePosition) -> Bool {
        (left.timestamp, left.id) < (right.timestamp, right.id)
    }
}

extension ZonePosition {
    /// Reads what `cursor` made; nil for anything else.
    init?(_ cursor: ConnectCursor) {
        let parts = cursor.rawValue.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let timestamp = UInt64(parts[0]), let id = UInt64(parts[1]) else { return nil }
        self.init(timestamp: timestamp, id: Connect.ID(rawValue: id))
    }

    /// The position as everyone else keeps it.
    var cursor: ConnectCursor { ConnectCursor(rawValue: "\(timestamp)/\(id)") }
}
