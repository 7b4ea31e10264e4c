import Bridge
import Protocol

/// Where Connect's ids become the product's references, and its posts the product's posts.
struct PostReading: Equatable, Sendable {
    /// The name of the Connect app, in lower case: ids mean something only within one Connect.
    let app: String

    init(app: String) { self.app = app.lowercased() }

    /// The reference of a post.
    func reference(_ id: Connect.ID) -> PostReference { PostReference(rawValue: "\(app):\(id)") }

    /// The post that a reference stands for; nil if it was not made here for the same Connect app.
    func id(_ reference: PostReference) -> Connect.ID? {
        let text = reference.rawValue
        guard let colon = text.lastIndex(of: ":"), text[..<colon] == app, let number = UInt64(text[text.index(after: colon)...]), number != 0
        else { return nil }
        return Connect.ID(rawValue: number)
    }

    /// The app, in lower case, in whose Connect a post is; nil if the reference was not made here.
    static func app(of reference: PostReference) -> String? {
        reference.rawValue.lastIndex(of: ":").map { String(reference.rawValue[..<$0]) }
    }

    /// The post as the product sees it, read on the plain login.
    ///
    /// Nil for one without id, time or author: it could be neither ordered nor told from one of our own.
    func post(_ add: Connect.Add, in zone: Zone) -> ConnectPost? {
        guard let position = ZonePosition(add), let author = add.author, !author.isEmpty else { return nil }
        let root = add.addsTo ?? add.repliesTo ?? position.id
        let isRoot = root == position.id
        return ConnectPost(
            reference: reference(position.id), discussion: reference(root), repliesTo: isRoot ? nil : reference(add.repliesTo ?? root), zone: zone,
            author: author, authorName: add.dn.flatMap { $0.isEmpty ? nil : $0 }, html: add.text ?? "",
            writtenAt: Moment(milliseconds: Int64(clamping: position.timestamp)), isPrivate: add.isPrivate, notifies: add.notify ?? [],
            discussionKey: add.discussionGuid, title: add.discussionTitle, likes: add.likes.map { Int(clamping: $0) }, readOn: .plain,
            cursor: position.cursor)
    }
}
