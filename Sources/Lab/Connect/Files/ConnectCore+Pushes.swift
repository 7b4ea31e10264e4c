/// Something that happens in the simulated Connect by itself, at a planned moment.
enum ConnectEvent: Sendable, Equatable {
    /// The files of a post that was there before.
    case filesArrived([ConnectIncomingFile], of: UInt64)
    /// No more files are taken with this key.
    case pushEnds(key: UInt64)
}

/// The permission to push files to a post (Connect, 9.6, U2).
struct ConnectPush: Sendable, Equatable {
    /// Milliseconds that it lasts.
    static let lifetime: Int64 = 60_000

    var session: UInt64
    /// The connection that it lives with.
    var connection: Int
    var post: UInt64
    /// How many files were announced.
    var count: Int
    var arrived = 0
    var underWay = 0
    var isOpen = true
    /// The author's own filter, which the post is not told to.
    var source: String?
}

extension ConnectCore {
    /// How many files a message announces, 100 at most.
    func attaching(_ message: LabJSON) -> Int { Int(min(max(message["attaching"]?.integer ?? 0, 0), 100)) }

    /// Permits to push files to a post, and returns the key.
    mutating func openPush(to post: UInt64, _ count: Int, _ request: ConnectRequest, _ source: String?) -> UInt64 {
        let key = random.next()
        files.pushes[key] = ConnectPush(
            session: request.login.session, connection: request.session, post: post, count: count, source: source)
        events.add(.pushEnds(key: key), at: request.now + ConnectPush.lifetime)
        return key
    }

    /// Decides whether a pushed file is taken.
    mutating func beginPush(session: UInt64, key: UInt64, now: Int64) -> ConnectIntake {
        guard var push = files.pushes[key], push.session == session else {
            violated(.wrongPushKey, "no post was answered with these", now)
            return .refused(403)
        }
        guard sessions[push.connection]?.login?.session == session else { return .refused(403) }
        guard push.isOpen, posts[push.post] != nil else { return .refused(404) }
        guard push.arrived + push.underWay < push.count else { return .refused(409) }
        let fault = files.takeFault(on: .push)
        switch fault {
        case .status(let status)?: return .refused(status)
        case .expired?: return .refused(404)
        case .cut?, .slow?, .missing?, nil: break
        }
        push.underWay += 1
        files.pushes[key] = push
        return .taken(announced: nil, fault)
    }

    /// A pushed file has arrived or, with nil, broke off; with the last one the post is shown. The id is that of the file.
    mutating func endPush(key: UInt64, _ incoming: ConnectIncomingFile?) -> (id: UInt64?, actions: [ConnectAction]) {
        guard var push = files.pushes[key] else { return (nil, []) }
        push.underWay -= 1
        defer { files.pushes[key] = push }
        guard let incoming, posts[push.post] != nil else { return (nil, []) }
        push.arrived += 1
        files.counts.pushes += 1
        files.counts.bytesTaken += incoming.file.size
        let id = files.nextFile
        var actions = add([incoming], to: push.post)
        if push.arrived == push.count {
            push.isOpen = false
            actions += show(push)
        }
        return (id, actions)
    }

    /// The time for pushing is over: the post is shown with what is there.
    mutating func endPushing(_ key: UInt64) -> [ConnectAction] {
        guard let push = files.pushes[key], push.isOpen else { return [] }
        files.pushes[key]?.isOpen = false
        return show(push)
    }

    private mutating func show(_ push: ConnectPush) -> [ConnectAction] {
        guard var post = posts[push.post], !post.isShown else { return [] }
        post.isShown = true
        posts[post.id] = post
        return live(post, except: push.source.map { (push.connection, $0) })
    }
}
