extension WhatsAppAdmin {
    /// A number.
    public struct Number: Hashable, Sendable {
        /// Its Graph identifier.
        public var id: String
        /// The number as people write it; empty while it is not known.
        public var display: String
        /// The name that customers see; empty while it is not known.
        public var name: String
        /// The account's Graph identifier.
        public var waba: String
        /// The Connect app; empty for none.
        public var app: String
        /// The zone; empty for none.
        public var zone: String
        /// The tags, in quotation marks where Connect demands them.
        public var tags: [String]
        /// Whether a licence may be used for it.
        public var licensed: Bool
        /// Whether it is in use.
        public var active: Bool
        /// Posted in Connect when the window closes.
        public var closedMessage: String
        /// Whether customers see that a message was read.
        public var readReceipts: Bool
        /// Whether customers see that somebody is writing.
        public var typing: Bool
        /// What customers learn of edited posts: `nothing` or `correction`.
        public var edits: String
        /// Meta's rating, in its own word.
        public var quality: String?
        /// How it is, in a word.
        public var state: String
        /// How often it was changed.
        public var rev: Int64

        /// Creates a number.
        public init(
            id: String, display: String, name: String, waba: String, app: String, zone: String, tags: [String], licensed: Bool, active: Bool,
            closedMessage: String, readReceipts: Bool, typing: Bool, edits: String, quality: String?, state: String, rev: Int64
        ) {
            self.id = id
            self.display = display
            self.name = name
            self.waba = waba
            self.app = app
            self.zone = zone
            self.tags = tags
            self.licensed = licensed
            self.active = active
            self.closedMessage = closedMessage
            self.readReceipts = readReceipts
            self.typing = typing
            self.edits = edits
            self.quality = quality
            self.state = state
            self.rev = rev
        }

        /// As it is sent.
        public var json: JSON {
            var members = [
                JSONMember("id", .string(id)), JSONMember("display", .string(display)), JSONMember("name", .string(name)),
                JSONMember("waba", .string(waba)), JSONMember("app", .string(app)), JSONMember("zone", .string(zone)),
                JSONMember("tags", .array(tags.map(JSON.string))), JSONMember("licensed", .bool(licensed)), JSONMember("active", .bool(active)),
                JSONMember("closedMessage", .string(closedMessage)), JSONMember("readReceipts", .bool(readReceipts)),
                JSONMember("typing", .bool(typing)), JSONMember("edits", .string(edits)),
            ]
            if let quality { members.append(JSONMember("quality", .string(quality))) }
            members.append(JSONMember("state", .string(state)))
            members.append(JSONMember("rev", .number(JSONNumber(rev))))
            return .object(members)
        }
    }

    /// As many values as fit into one answer.
    ///
    /// - Parameter values: in the order in which they are sent
    /// - Returns: the values that fit, at least one if there is one, and whether there are more
    public static func page(of values: [JSON]) -> (values: [JSON], hasMore: Bool) {
        var size = 0
        var page: [JSON] = []
        for value in values {
            size += value.bytes.count + 1
            if size > longestAnswer, !page.isEmpty { return (page, true) }
            page.append(value)
        }
        return (page, false)
    }

    /// How the check of private posts stands. Times are milliseconds since 1970.
    public enum PrivatePosts: Hashable, Sendable {
        /// It was never finished.
        case unverified
        /// Both posts are to be written.
        case running(zones: [String], until: Int64, foreignText: String, ownText: String, ownSeen: Bool)
        /// They stay private.
        case verified(at: Int64)
        /// They may not, or it could not be found out.
        case failed(reason: String, at: Int64)

        /// As it is sent.
        public var json: JSON {
            switch self {
            case .unverified: ["state": "unverified"]
            case .running(let zones, let until, let foreignText, let ownText, let ownSeen):
                [
                    "state": "running", "zones": .array(zones.map(JSON.string)), "until": .number(JSONNumber(until)),
                    "foreignText": .string(foreignText), "ownText": .string(ownText), "ownSeen": .bool(ownSeen),
                ]
            case .verified(let at): ["state": "verified", "at": .number(JSONNumber(at))]
            case .failed(let reason, let at): ["state": "failed", "reason": .string(reason), "at": .number(JSONNumber(at))]
            }
        }
    }

    /// Something that can be traced.
    public struct Trace: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What people call it.
        public var label: String
        /// Whether it is traced.
        public var on: Bool

        /// Creates a trace flag.
        public init(name: String, label: String, on: Bool) {
            self.name = name
            self.label = label
            self.on = on
        }

        /// As it is sent.
        public var json: JSON { ["name": .string(name), "label": .string(label), "on": .bool(on)] }
    }
}
