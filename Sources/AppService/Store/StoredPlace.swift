import Bridge

/// A task's place as it is stored: its kind, by which rows are found, and the rest as JSON.
struct StoredPlace {
    /// What the kinds need, together.
    struct Details: Codable {
        var discussion: Discussion.ID?
        var title: String?
        var tags: [String]?
        var quotes: Wamid?
        var root: PostReference?
        var answers: PostReference?
        var task: PostTask.ID?
    }

    var kind: String
    var details: Details

    init(kind: String, details: Details) {
        self.kind = kind
        self.details = details
    }

    init(_ place: PostTask.Place) {
        switch place {
        case .root(let discussion, let title, let tags):
            self.init(kind: "root", details: Details(discussion: discussion, title: title, tags: tags))
        case .reply(let discussion, let quotes):
            self.init(kind: "reply", details: Details(discussion: discussion, quotes: quotes))
        case .answer(let discussion, let post):
            self.init(kind: "answer", details: Details(discussion: discussion, answers: post))
        case .foreign(let discussion, let post):
            self.init(kind: "foreign", details: Details(root: discussion, answers: post))
        case .below(let discussion, let task):
            self.init(kind: "below", details: Details(discussion: discussion, task: task))
        case .update(let discussion, let task):
            self.init(kind: "update", details: Details(discussion: discussion, task: task))
        }
    }

    /// The place; nil if something of it is missing.
    var place: PostTask.Place? {
        switch kind {
        case "root":
            guard let discussion = details.discussion, let title = details.title else { return nil }
            return .root(discussion, title: title, tags: details.tags ?? [])
        case "reply":
            guard let discussion = details.discussion else { return nil }
            return .reply(discussion, quotes: details.quotes)
        case "answer":
            guard let discussion = details.discussion, let post = details.answers else { return nil }
            return .answer(discussion, to: post)
        case "foreign":
            guard let root = details.root, let post = details.answers else { return nil }
            return .foreign(discussion: root, to: post)
        case "below":
            guard let discussion = details.discussion, let task = details.task else { return nil }
            return .below(discussion, task)
        case "update":
            guard let discussion = details.discussion, let task = details.task else { return nil }
            return .update(discussion, task)
        default: return nil
        }
    }
}
