import BridgeTestSupport

@testable import Bridge

/// A Connect zone as it truly is: who wrote what to whom, and who may see it.
struct ZoneModel {
    static let zone = Zone(rawValue: "whatsapp")
    static let connector = "whatsapp"
    /// The group that the connector is in.
    static let ownGroup = "?service"
    static let otherGroup = "?sales"
    static let colleagues = ["anna", "bob", "carl"]

    /// A post as it truly is.
    struct Post {
        let number: Int
        /// The number of its discussion's root.
        let discussion: Int
        /// What it answers; nil for a root.
        let parent: Int?
        let author: String
        let html: String
        let writtenAt: Moment
        /// The key of its discussion, of a root of ours.
        let key: String?
        /// Whether only its readers may see it.
        var isPrivate: Bool
        /// Private because of what it answers.
        var inherits: Bool
        /// Whom it notifies; of a private post, its readers.
        var notifies: [String]
        /// We were shown that it is private.
        var isRevealed = false
        /// It was read on the plain login, and then truly was public.
        var wasReadAsPublic = false
        /// It was read on the moderator's login by mistake.
        var wasReadOnModerator = false

        var isOwn: Bool { author == ZoneModel.connector }
        var isRoot: Bool { parent == nil }
        var namesConnector: Bool { notifies.contains(ZoneModel.connector) }
        var reference: PostReference { ZoneModel.reference(number) }
        var position: (Moment, Int) { (writtenAt, number) }
    }

    let habits: ZoneHabits
    /// All posts; the first has number 0.
    private(set) var posts: [Post] = []

    init(habits: ZoneHabits) { self.habits = habits }

    static func reference(_ number: Int) -> PostReference { PostReference(rawValue: "p\(number)") }

    static func number(_ reference: PostReference) -> Int? { Int(reference.rawValue.dropFirst()) }

    subscript(number: Int) -> Post {
        get { posts[number] }
        set { posts[number] = newValue }
    }

    // MARK: Writing

    /// Writes a post. An answer to a private post is private, and its readers are those of the private one.
    mutating func write(
        by author: String,
        answering parent: Int?,
        isPrivate: Bool = false,
        notifies: [String] = [],
        html: String? = nil,
        key: String? = nil,
        at moment: Moment
    ) -> Int {
        let number = posts.count
        let inherits = parent.map { posts[$0].isPrivate } ?? false
        var readers = notifies
        if inherits, let parent {
            for name in [posts[parent].author] + posts[parent].notifies where name != author && !readers.contains(name) { readers.append(name) }
        }
        posts.append(
            Post(
                number: number,
                discussion: parent.map { posts[$0].discussion } ?? number,
                parent: parent,
                author: author,
                html: html ?? ConnectMarkup.escaped(Self.marker(number)),
                writtenAt: moment,
                key: key,
                isPrivate: isPrivate || inherits,
                inherits: inherits && !isPrivate,
                notifies: readers
            )
        )
        return number
    }

    /// Makes a post private, and with it everything that answers it.
    mutating func turnPrivate(_ number: Int, notifies: [String]) {
        posts[number].isPrivate = true
        posts[number].inherits = false
        posts[number].notifies = notifies
        for answer in posts.indices.dropFirst(number + 1) {
            guard let parent = posts[answer].parent, posts[parent].isPrivate, !posts[answer].isPrivate else { continue }
            posts[answer].isPrivate = true
            posts[answer].inherits = true
            for name in [posts[parent].author] + posts[parent].notifies where name != posts[answer].author { posts[answer].notifies.append(name) }
        }
    }

    /// A colleague who may see a post, to answer it.
    func reader(of number: Int, using random: inout SeededGenerator) -> String {
        let post = posts[number]
        guard post.isPrivate else { return random.pick(Self.colleagues) }
        let readers = ([post.author] + post.notifies).filter(Self.colleagues.contains)
        return readers.isEmpty ? "carl" : random.pick(readers)
    }

    // MARK: Texts

    /// The text by which a post is known again.
    static func marker(_ number: Int) -> String { "m\(number)x" }

    /// The posts whose markers a text holds.
    static func marked(in text: String) -> [Int] {
        var found: [Int] = []
        var digits: [UInt8]?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "m"): digits = []
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits?.append(byte)
            default:
                if byte == UInt8(ascii: "x"), let digits, let number = Int(String(decoding: digits, as: UTF8.self)) { found.append(number) }
                digits = nil
            }
        }
        return found
    }

    // MARK: Reading

    /// Whether the plain login may see a post: all that is public, and of the private ones those by or to the connector or its group.
    func isVisible(_ number: Int) -> Bool {
        let post = posts[number]
        return !post.isPrivate || post.isOwn || post.namesConnector || post.notifies.contains(Self.ownGroup)
    }

    /// The posts that the plain login sees, in order.
    func visible(since moment: Moment? = nil, where condition: (Post) -> Bool = { _ in true }) -> [Int] {
        posts.filter { post in (moment.map { post.writtenAt >= $0 } ?? true) && condition(post) && isVisible(post.number) }
            .sorted { $0.position < $1.position }.map(\.number)
    }

    /// The post and everything that it answers, up to the root.
    func chain(_ number: Int) -> [Post] {
        Array(sequence(first: posts[number]) { post in post.parent.map { posts[$0] } })
    }

    /// The post as the server shows it to a login.
    func shown(_ number: Int, to login: ConnectLogin, using random: inout SeededGenerator) -> ConnectPost {
        let post = posts[number]
        var mark = post.isPrivate && random.happens(habits.mark)
        var readers = random.happens(habits.readers) ? post.notifies : []
        if random.happens(habits.readersAreGroupsOnly) { readers.removeAll { !$0.hasPrefix("?") } }
        if post.isPrivate {
            let isHidden = post.inherits ? random.happens(habits.inheritedIsHidden) : post.isRevealed && random.happens(habits.forgets)
            if isHidden {
                mark = false
                readers = []
            } else if login == .plain, !post.isOwn, !post.inherits, !post.isRevealed, !mark, !readers.contains(Self.connector) {
                // What makes the post visible to the connector is told in at least one way. A group alone could mean a public post too.
                if post.namesConnector, random.happens(50) { readers = post.notifies } else { mark = true }
            }
        }
        let isRenamed = random.happens(habits.otherCase)
        return ConnectPost(
            reference: post.reference,
            discussion: Self.reference(post.discussion),
            repliesTo: post.parent.map(Self.reference),
            zone: Self.zone,
            author: isRenamed && post.isOwn ? "WhatsApp" : post.author,
            html: post.html,
            writtenAt: post.writtenAt,
            isPrivate: mark,
            notifies: isRenamed ? readers.map { $0 == Self.connector ? "WhatsApp" : $0 } : readers,
            discussionKey: habits.showsKey ? post.key : nil,
            files: [],
            readOn: login,
            cursor: ConnectCursor(rawValue: "\(post.writtenAt.milliseconds)/\(post.number)")
        )
    }
}
