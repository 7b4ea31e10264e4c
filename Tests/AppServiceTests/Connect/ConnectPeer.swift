import AppService
import Foundation
import Synchronization

/// A Connect in memory: the public profile of the protocol, and the PBX's list of services beside it. Its JSON is its own.
final class ConnectPeer: ConnectServices {
    /// A post as stored.
    struct Post: Equatable, Sendable {
        var id: UInt64
        var root: UInt64
        var repliesTo: UInt64?
        var topic: String
        var author: String
        var text: String
        var timestamp: UInt64
        var isPrivate = false
        var notify: [String] = []
        var tags: [String] = []
        var guid: String?
        var title: String?
        /// The app object on whose login it was written; nil for a person's.
        var login: String?
        /// The fields of the message by which it was written.
        var fields: Set<String> = []
    }

    /// What goes wrong with one message.
    enum Fault: Sendable {
        case dropBefore
        case dropAfter
        case silence
        /// The value of `error`, as JSON; nothing is done.
        case error(String)
        /// Nothing is done; the answer has this in place of the usual fields.
        case answer(String)
        /// It is done, and somebody posts before the answer.
        case interleave(String)
    }

    struct Options: Sendable {
        var moderatorIsListed = true
        var isShuffled = false
        var sendsTwice = false
        var echoesBeforeResult = false
        var ignoresFilterSource = false
        var writesIDsAsText = false
        var rootsSayZero = false
        var showsGuid = true
        var olderMeansStrictlyOlder = false
        var entryURL = "https://ap.example/example.com/connect/innovaphone-connect"
    }

    private struct Session {
        var entry: String
        var inbox: Inbox
        var topics: [String]
        var filters: [String: [String]] = [:]
    }

    private struct State {
        var options: Options
        var posts: [Post] = []
        var nextID: UInt64 = 4_294_967_301
        var time: UInt64 = 1_788_264_000_000
        var topics = ["whatsapp", "whatsapp2"]
        var sessions: [Int: Session] = [:]
        var lastSession = 0
        var faults: [String: [Fault]] = [:]
        var received: [(entry: String, mt: String)] = []
        var logins: [String] = []
        var refusesLogin: Set<String> = []
        var isLinked = true
        var watchers: [AsyncStream<[ConnectServiceEntry]?>.Continuation] = []
    }

    private let state: Mutex<State>

    init(_ options: Options = Options()) { state = Mutex(State(options: options)) }

    // MARK: What tests do with it

    /// A person posts. Time goes on by a second unless told otherwise.
    @discardableResult
    func post(
        _ text: String, by author: String = "anna", under target: UInt64? = nil, in topic: String = "whatsapp", isPrivate: Bool = false,
        notify: [String] = [], after milliseconds: UInt64 = 1_000
    ) -> UInt64 {
        state.withLock { state in
            state.time += milliseconds
            return store(
                Post(
                    id: 0, root: 0, repliesTo: target, topic: topic, author: author, text: text, timestamp: state.time, isPrivate: isPrivate,
                    notify: notify), &state)
        }
    }

    /// Sends an `Add` to every filter of the topic as it is.
    func show(_ add: String, in topic: String = "whatsapp") {
        state.withLock { state in
            for session in state.sessions.values {
                for (source, topics) in session.filters where topics.contains(topic) {
                    session.inbox.put(#"{"mt":"Add","src":"\#(source)",\#(add)}"#)
                }
            }
        }
    }

    /// Sends a text on every connection.
    func say(_ text: String) { state.withLock { state in state.sessions.values.forEach { $0.inbox.put(text) } } }

    func change(_ change: (inout Options) -> Void) { state.withLock { change(&$0.options) } }

    func plan(_ fault: Fault, on mt: String = "Post") { state.withLock { $0.faults[mt, default: []].append(fault) } }

    func grant(_ topics: [String]) {
        state.withLock { $0.topics = topics }
        publish()
    }

    func remove(_ id: UInt64) { state.withLock { $0.posts.removeAll { $0.id == id || $0.root == id } } }

    func forbidLogin(_ entry: String, _ isForbidden: Bool) {
        state.withLock { if isForbidden { $0.refusesLogin.insert(entry) } else { $0.refusesLogin.remove(entry) } }
    }

    func dropConnections(of entry: String? = nil) {
        state.withLock { state in
            for (number, session) in state.sessions where entry == nil || session.entry == entry { close(number, &state) }
        }
    }

    /// The PBX connection goes or comes; going, it takes the connections along.
    func setLink(_ isLinked: Bool) {
        state.withLock { $0.isLinked = isLinked }
        publish()
        if !isLinked { dropConnections() }
    }

    /// Sends the list of services again.
    func publish() {
        state.withLock { state in
            let list = list(state)
            for watcher in state.watchers { watcher.yield(list) }
        }
    }

    var posts: [Post] { state.withLock { $0.posts } }
    var openConnections: Int { state.withLock { $0.sessions.count } }
    var logins: [String] { state.withLock { $0.logins } }
    func received(_ mt: String) -> [String] { state.withLock { $0.received.filter { $0.mt == mt }.map(\.entry) } }

    // MARK: ConnectServices

    func lists() -> AsyncStream<[ConnectServiceEntry]?> {
        let (stream, continuation) = AsyncStream.makeStream(of: [ConnectServiceEntry]?.self)
        state.withLock { state in
            state.watchers.append(continuation)
            continuation.yield(list(state))
        }
        return stream
    }

    func withConnection<Result: Sendable>(
        to entry: ConnectServiceEntry, _ body: @escaping @Sendable (any ConnectConnection) async throws -> Result
    ) async throws -> Result {
        let inbox = Inbox()
        let number = try state.withLock { state in
            guard state.isLinked, !state.refusesLogin.contains(entry.name) else { throw Refused() }
            state.lastSession += 1
            state.logins.append(entry.name)
            state.sessions[state.lastSession] = Session(entry: entry.name, inbox: inbox, topics: state.topics)
            return state.lastSession
        }
        defer { state.withLock { close(number, &$0) } }
        return try await body(Connection(peer: self, number: number, inbox: inbox))
    }

    struct Refused: Error {}

    private struct Connection: ConnectConnection {
        let peer: ConnectPeer
        let number: Int
        let inbox: Inbox
        let sip = "whatsapp"

        func send(_ message: [UInt8]) async throws { try peer.received(message, number) }
        func receive() async throws -> [UInt8]? { try await inbox.take().map { Array($0.utf8) } }
    }

    private func list(_ state: State) -> [ConnectServiceEntry]? {
        guard state.isLinked else { return nil }
        let apis: Set = ["com.innovaphone.connect"]
        var list = [
            ConnectServiceEntry(name: "devices", url: "https://ap.example/example.com/devices/innovaphone-devices", apis: ["x"]),
            ConnectServiceEntry(name: "connect", url: state.options.entryURL, apis: apis),
        ]
        if state.options.moderatorIsListed {
            list.append(ConnectServiceEntry(name: "connect~moderator", url: state.options.entryURL, apis: apis))
        }
        return list
    }

    // MARK: Messages

    private func close(_ number: Int, _ state: inout State) { state.sessions.removeValue(forKey: number)?.inbox.close() }

    private func received(_ bytes: [UInt8], _ number: Int) throws {
        guard let message = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any], let mt = message["mt"] as? String,
            let source = message["src"] as? String, message["api"] == nil
        else { throw Refused() }
        try state.withLock { state in
            guard let session = state.sessions[number] else { throw Refused() }
            state.received.append((session.entry, mt))
            var fault: Fault?
            if state.faults[mt]?.isEmpty == false { fault = state.faults[mt]?.removeFirst() }
            switch fault {
            case .dropBefore: close(number, &state)
            case .dropAfter:
                let options = state.options
                state.options.echoesBeforeResult = true
                _ = perform(mt, source, message, session, &state)
                state.options = options
                close(number, &state)
            case .silence: break
            case .error(let value): session.inbox.put(#"{"mt":"\#(mt)Result","src":"\#(source)","error":\#(value)}"#)
            case .answer(let fields): session.inbox.put(#"{"mt":"\#(mt)Result","src":"\#(source)"\#(fields)}"#)
            case .interleave(let text):
                let result = perform(mt, source, message, session, &state)
                state.time += 1
                _ = store(Post(id: 0, root: 0, topic: "whatsapp", author: "anna", text: text, timestamp: state.time), &state)
                if let result { session.inbox.put(result) }
            case nil:
                let result = perform(mt, source, message, session, &state)
                if let result { session.inbox.put(result) }
            }
        }
    }

    /// Returns the result, after everything else was sent. Its filter is live from then on.
    private func perform(_ mt: String, _ source: String, _ message: [String: Any], _ session: Session, _ state: inout State) -> String? {
        let number = state.sessions.first { $0.value.inbox === session.inbox }?.key ?? 0
        switch mt {
        case "Post": return post(source, message, session, &state)
        case "ReadTopics":
            for topic in session.topics { session.inbox.put(#"{"mt":"Topic","src":"\#(source)","sip":"\#(topic)","dn":"Zone"}"#) }
        case "SetFilter":
            let topics = (message["filter"] as? [String: Any])?["topics"] as? [String] ?? []
            state.sessions[number]?.filters[source] = topics
            send(newest(state, message) { topics.contains($0.topic) }, source, session, state)
        case "GetMore":
            guard let topics = session.filters[source] else { return #"{"mt":"GetMoreResult","src":"\#(source)","error":true}"# }
            let limit = (message["timestamp"] as? NSNumber)?.uint64Value ?? .max
            let excluded = (message["id"] as? NSNumber)?.uint64Value
            let isStrict = state.options.olderMeansStrictlyOlder
            let older = newest(state, message) {
                topics.contains($0.topic) && $0.id != excluded && (isStrict ? $0.timestamp < limit : $0.timestamp <= limit)
            }
            send(older, source, session, state)
        case "Discussion":
            let root = (message["discussion"] as? NSNumber)?.uint64Value
            send(newest(state, message) { $0.root == root }, source, session, state)
        case "SetRead": break
        default: return nil
        }
        return #"{"mt":"\#(mt)Result","src":"\#(source)"}"#
    }

    private func post(_ source: String, _ message: [String: Any], _ session: Session, _ state: inout State) -> String? {
        let target = (message["repliesTo"] as? NSNumber)?.uint64Value
        guard let topic = message["topic"] as? String, session.topics.contains(topic),
            target == nil || state.posts.contains(where: { $0.id == target })
        else { return #"{"mt":"PostResult","src":"\#(source)","error":true}"# }
        state.time += 10
        let post = Post(
            id: 0, root: 0, repliesTo: target, topic: topic, author: message["author"] as? String ?? "whatsapp",
            text: message["text"] as? String ?? "", timestamp: state.time, isPrivate: message["private"] as? Bool ?? false,
            notify: message["notify"] as? [String] ?? [], tags: message["tags"] as? [String] ?? [],
            guid: message["discussionGuid"] as? String, title: message["discussionTitle"] as? String, login: session.entry,
            fields: Set(message.keys))
        let before = state.options.echoesBeforeResult
        let filterSource = state.options.ignoresFilterSource ? nil : message["filterSrc"] as? String
        let id = state.nextID
        let result = #"{"mt":"PostResult","src":"\#(source)","id":\#(id),"addsTo":\#(target ?? id)}"#
        if !before { session.inbox.put(result) }
        _ = store(post, except: filterSource, &state)
        return before ? result : nil
    }

    private func store(_ post: Post, except own: String? = nil, _ state: inout State) -> UInt64 {
        var post = post
        post.id = state.nextID
        state.nextID += 1
        post.root = post.repliesTo.flatMap { target in state.posts.first { $0.id == target }?.root } ?? post.id
        state.posts.append(post)
        guard isVisible(post) else { return post.id }
        for session in state.sessions.values {
            for (source, topics) in session.filters where topics.contains(post.topic) && source != own {
                send([post], source, session, state)
            }
        }
        return post.id
    }

    /// What the connector sees on the plain login; the peer knows no other reader.
    private func isVisible(_ post: Post) -> Bool { !post.isPrivate || post.author == "whatsapp" || post.notify.contains("whatsapp") }

    /// Time never goes back here, so the posts are stored in their order.
    private func newest(_ state: State, _ message: [String: Any], where isWanted: (Post) -> Bool) -> [Post] {
        let count = (message["count"] as? NSNumber)?.intValue ?? .max
        var matches: [Post] = []
        for post in state.posts.reversed() where matches.count < count && isWanted(post) && isVisible(post) { matches.append(post) }
        return matches.reversed()
    }

    private func send(_ posts: [Post], _ source: String, _ session: Session, _ state: State) {
        for post in state.options.isShuffled ? posts.shuffled() : posts {
            let add = add(post, source, state.options)
            session.inbox.put(add)
            if state.options.sendsTwice { session.inbox.put(add) }
        }
    }

    private func add(_ post: Post, _ source: String, _ options: Options) -> String {
        func id(_ id: UInt64) -> String { options.writesIDsAsText ? "\"\(id)\"" : "\(id)" }
        var text = #"{"mt":"Add","src":"\#(source)","id":\#(id(post.id)),"topic":"\#(post.topic)","author":"\#(post.author)""#
        text += #","timestamp":\#(post.timestamp),"text":"\#(post.text)""#
        if post.root != post.id {
            text += #","addsTo":\#(id(post.root))"#
        } else if options.rootsSayZero {
            text += #","addsTo":0,"repliesTo":0"#
        }
        if let target = post.repliesTo { text += #","repliesTo":\#(id(target))"# }
        if post.isPrivate { text += #","private":true"# }
        if !post.notify.isEmpty { text += #","notify":["\#(post.notify.joined(separator: "\",\""))"]"# }
        if options.showsGuid, let guid = post.guid { text += #","discussionGuid":"\#(guid)","discussionTitle":"\#(post.title ?? "")""# }
        return text + "}"
    }
}
