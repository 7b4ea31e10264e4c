/// A colleague who uses Connect.
public struct ConnectUser: Sendable, Equatable {
    /// The SIP name, the key of the person.
    public var sip: String
    /// The display name.
    public var dn: String
    /// The PBX groups, addressed as `?name`.
    public var groups: [String]

    /// A colleague.
    public init(sip: String, dn: String, groups: [String] = []) {
        self.sip = sip
        self.dn = dn
        self.groups = groups
    }
}

/// An app object that grants access to the simulated Connect: the plain one, or one with a mode.
public struct ConnectAppObject: Sendable, Equatable {
    /// The SIP name, for example `connect` or `connect~moderator`.
    public var name: String
    /// The password that logins to this object are digested with.
    public var password: String
    /// Whether logins have moderator rights.
    public var isModerator: Bool

    /// An app object.
    public init(name: String, password: String, isModerator: Bool) {
        self.name = name
        self.password = password
        self.isModerator = isModerator
    }
}

/// What a colleague writes.
public struct ConnectHumanPost: Sendable, Equatable {
    /// SIP name of the colleague.
    public var author: String
    /// HTML.
    public var text: String
    /// The zone of a new discussion; ignored for replies, which stay in the zone of their discussion.
    public var topic: String
    /// The post it answers; nil opens a discussion.
    public var repliesTo: UInt64?
    /// Whether only the author and `notify` may see it.
    public var isPrivate: Bool
    /// SIP names and `?group`.
    public var notify: [String]
    /// Hashtags without `#`.
    public var tags: [String]
    /// The files.
    public var files: [ConnectHumanFile]
    /// Milliseconds after which the files are there; the post is visible before. 0: together with the post.
    public var filesDelay: Int64

    /// A post; a reply if `repliesTo` is given.
    public init(
        author: String, text: String, topic: String = "", repliesTo: UInt64? = nil, isPrivate: Bool = false, notify: [String] = [],
        tags: [String] = [], files: [ConnectHumanFile] = [], filesDelay: Int64 = 0
    ) {
        self.author = author
        self.text = text
        self.topic = topic
        self.repliesTo = repliesTo
        self.isPrivate = isPrivate
        self.notify = notify
        self.tags = tags
        self.files = files
        self.filesDelay = filesDelay
    }
}

/// Who looks at posts, and with what rights.
struct ConnectViewer: Sendable, Equatable {
    var sip: String
    /// Zones that the viewer may read; nil stands for all, which is how the scripted colleagues look.
    var topics: Set<String>?
    var isModerator = false
}
