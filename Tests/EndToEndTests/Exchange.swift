import AppService
import Lab
import Testing

/// A conversation of one customer and one colleague, as the two of them see it: the posts in Connect and the messages at WhatsApp.
struct Exchange {
    let workplace: Workplace
    /// The discussion's root.
    let root: ConnectStoredPost

    var lab: Lab { workplace.lab }

    /// Opens a workplace in which a customer has written a text.
    static func open(
        _ change: (inout LabConfiguration) -> Void = { _ in },
        service edit: (inout ServiceConfiguration) throws -> Void = { _ in },
        from customer: String = "ada",
        _ body: @escaping @Sendable (Exchange) async throws -> Void
    ) async throws {
        try await Workplace.open(change, service: edit) { workplace in
            try workplace.lab.meta.send(.text("Good morning"), from: customer)
            try await workplace.lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            let root = try #require(workplace.lab.connect.posts.first)
            try await body(Exchange(workplace: workplace, root: root))
        }
    }

    /// The customer sends something; returns its wamid and the post that shows it.
    @discardableResult
    func customer(
        _ key: String = "ada",
        sends content: MetaContent,
        context: MetaContext = MetaContext(),
        whenPost isThere: @escaping @Sendable (ConnectStoredPost) -> Bool = { _ in true }
    ) async throws -> (wamid: String, post: ConnectStoredPost) {
        let known = Set(lab.connect.posts.map(\.id))
        let wamid = try lab.meta.send(content, from: key, context: context)
        let found: @Sendable (ConnectSimulator) -> ConnectStoredPost? = { connect in
            connect.posts.first { !known.contains($0.id) && isThere($0) }
        }
        try await lab.connect.wait(until: "it is posted") { found($0) != nil }
        return (wamid, try #require(found(lab.connect)))
    }

    /// A colleague posts; returns the messages that the customer gets for it, once there are so many.
    @discardableResult
    func colleague(
        posts text: String,
        files: [ConnectHumanFile] = [],
        answering target: UInt64? = nil,
        filesDelay: Int64 = 0,
        expecting count: Int = 1
    ) async throws -> [MetaMessage] {
        let before = lab.meta.accepted.count
        try lab.connect.post(
            ConnectHumanPost(author: "anna", text: text, topic: "whatsapp", repliesTo: target ?? root.id, files: files, filesDelay: filesDelay))
        try await lab.meta.wait(until: "the customer has it") { $0.accepted.count >= before + count }
        return Array(lab.meta.accepted.dropFirst(before))
    }

    /// What the colleague is told in private, once it is.
    func notice(to author: String = "anna") async throws -> String {
        let isNotice: @Sendable (ConnectStoredPost) -> Bool = { $0.isPrivate && $0.notify == [author] && $0.author == "whatsapp" }
        try await lab.connect.wait(until: "the author is told") { $0.posts.contains(where: isNotice) }
        return try #require(lab.connect.posts.last(where: isNotice)).text
    }
}
