import BridgeTestSupport

@testable import Bridge

/// The feed and the lanes: what the service does between Connect and the flows.
extension PrivacyHistory {
    private var forwarding: ForwardingFlow {
        ForwardingFlow(settings: settings, identity: Self.identity, makeKey: makeKey, rule: rule)
    }

    // MARK: Connection

    func connect() throws {
        guard !isConnected else { return }
        isConnected = true
        try catchUp()
    }

    func reconnect() throws {
        for _ in 0..<3 where !isConnected { try connect() }
    }

    func disconnect() {
        log("disconnect")
        isConnected = false
        arrivals = []
    }

    /// A post is written while connected.
    func arrive(_ number: Int) {
        guard isConnected, zone.isVisible(number) else { return }
        arrivals.append(number)
        if arrivals.count > 1, random.happens(zone.habits.swaps) { arrivals.swapAt(arrivals.count - 1, arrivals.count - 2) }
    }

    private func catchUp() throws {
        let cursor = try store.withReadTransaction { try $0.cursor(of: ZoneModel.zone) }
        guard let moment = cursor.flatMap(Self.moment) else { return try firstContact() }
        let posts = zone.visible(since: moment - .seconds(60))
        log("catch up \(posts)")
        for number in posts {
            if zone[number].isPrivate, !zone[number].isOwn { note(.duringResume) }
            try decide(on: number)
            guard isConnected else { return }
            if random.happens(3) { return disconnect() }
        }
        guard let last = posts.last else { return }
        let end = zone.shown(last, to: .plain, using: &random).cursor
        try store.withTransaction { try $0.setCursor(end, of: ZoneModel.zone) }
    }

    private func firstContact() throws {
        let flow = forwarding
        let now = now
        let posts = zone.visible()
        log("first contact \(posts)")
        for number in posts {
            let post = zone.shown(number, to: .plain, using: &random)
            _ = try store.withTransaction { try flow.handle(post, on: .firstContact, isComplete: true, at: now, in: $0) }
            if zone[number].isPrivate, !zone[number].isOwn { note(.privateAtFirstContact) }
            if zone[zone[number].discussion].isOwn { lose("m\(number), in a discussion of ours, was there at first contact") }
            noteReading(of: number, as: post)
        }
        guard posts.isEmpty else { return }
        try store.withTransaction { try $0.setCursor(ConnectCursor(rawValue: "\(now.milliseconds)/0"), of: ZoneModel.zone) }
    }

    private static func moment(_ cursor: ConnectCursor) -> Moment? {
        cursor.rawValue.split(separator: "/").first.flatMap { Int64($0) }.map(Moment.init(milliseconds:))
    }

    // MARK: Reading

    func deliver(upTo limit: Int) throws {
        var count = 0
        while count < limit, !arrivals.isEmpty {
            count += 1
            let number = arrivals.removeFirst()
            // What was hidden meanwhile does not come any more.
            if zone.isVisible(number) { try decide(on: number) }
        }
    }

    /// A post comes once more, as it is shown now.
    func readAgain() throws {
        let posts = zone.visible()
        guard isConnected, !posts.isEmpty else { return }
        try decide(on: random.pick(posts))
    }

    /// A post is read where nothing should be read for forwarding.
    func readOnModerator() throws {
        guard isConnected, !zone.posts.isEmpty else { return }
        let secrets = zone.posts.filter { $0.isPrivate && !$0.isOwn }
        let number = secrets.isEmpty || random.happens(30) ? random.number(below: zone.posts.count) : random.pick(secrets).number
        if zone[number].isPrivate { note(.readOnModerator) }
        try decide(on: number, readOn: .moderator)
    }

    /// A public post turns private for the connector or its group, and is shown once more.
    func turnPrivate() throws {
        let candidates = zone.posts.filter { !$0.isPrivate && !$0.isOwn && $0.wasReadAsPublic }
        guard !candidates.isEmpty, isConnected else { return }
        let isMissed = random.happens(25)
        if isMissed { disconnect() }
        let number = candidates[candidates.count - 1 - random.number(below: min(4, candidates.count))].number
        log("m\(number) turns private")
        note(.turnedPrivate)
        zone.turnPrivate(number, notifies: random.pick([[ZoneModel.connector], [ZoneModel.ownGroup], ["bob", ZoneModel.connector]]))
        if isMissed { try connect() }
        guard isConnected else { return try changeIsSeen(number) }
        try decide(on: number)
        guard zone[number].isRevealed else { return try changeIsSeen(number) }
    }

    /// What was not shown cannot be known: the change counts from when it was shown, which happens before anything else is sent.
    private func changeIsSeen(_ number: Int) throws {
        for _ in 0..<10 where !zone[number].isRevealed { try decide(on: number) }
    }

    /// Decides on a post, as the service's feed does it.
    func decide(on number: Int, readOn login: ConnectLogin = .plain) throws {
        let flow = forwarding
        let post = zone.shown(number, to: login, using: &random)
        log("read m\(number) by \(post.author) on \(login), mark: \(post.isPrivate), for \(post.notifies)")
        let isOwed = login == .plain && mustServe(number)
        var isComplete = false
        var patience = random.number(below: 4)
        while true {
            let now = now
            let final = isComplete
            switch try store.withTransaction({ try flow.handle(post, on: .current, isComplete: final, at: now, in: $0) }) {
            case .done:
                noteReading(of: number, as: post)
                if isOwed { owed.insert(number) }
                return
            case .needsDiscussion(let root):
                log("  needs its discussion")
                note(.unknownAncestor)
                if random.happens(5) { return disconnect() }
                let numbers = zone.visible { $0.discussion == ZoneModel.number(root) }
                let posts = numbers.map { zone.shown($0, to: .plain, using: &random) }
                try store.withTransaction { try flow.note(posts, in: $0) }
                for (number, post) in zip(numbers, posts) { noteReading(of: number, as: post) }
                isComplete = true
            case .needsFiles:
                // Files play no part in what is private.
                isComplete = true
            case .needsConfirmation:
                log("  needs a confirmation")
                note(.unconfirmedOwnPost)
                if patience == 0 {
                    self.now = now + .seconds(60)
                    isComplete = true
                } else {
                    patience -= 1
                    self.now = now + .seconds(1)
                    try postTasks(2)
                    // A doubt ends the connection.
                    guard isConnected else { return }
                }
            }
        }
    }

    /// Whether a post that is about to be read has to be sent, or its author told.
    private func mustServe(_ number: Int) -> Bool {
        let post = zone[number]
        guard !post.isPrivate, !post.isOwn else { return false }
        let contents = store.contents
        guard contents.knownPosts[post.reference]?.isHandled != true,
            // Connect has the root, whether or not that is confirmed.
            let discussion = contents.discussions.all.first(where: { $0.key == zone[post.discussion].key }), discussion.closedAt == nil
        else { return false }
        return Window.maySend(newest: discussion.newestMessageAt, now: now)
    }

    private func noteReading(of number: Int, as shown: ConnectPost) {
        let post = zone[number]
        if shown.readOn == .moderator { zone[number].wasReadOnModerator = true }
        guard !post.isOwn else { return }
        guard post.isPrivate else {
            if shown.readOn == .plain { zone[number].wasReadAsPublic = true }
            return
        }
        let isTold = shown.isPrivate || shown.notifies.contains(where: Self.identity.isNamed)
        if post.namesConnector { note(.privateToUs) }
        if post.notifies.contains(ZoneModel.ownGroup) { note(.privateToGroup) }
        if !shown.isPrivate { note(.markOmitted) }
        if !shown.isPrivate, shown.notifies.isEmpty { note(.nothingShown) }
        if !isTold, post.isRevealed { note(.shownAsPublic) }
        if let parent = post.parent.map({ zone[$0] }), parent.isPrivate { note(parent.isOwn ? .belowHint : .belowPrivate) }
        if isTold { zone[number].isRevealed = true }
    }

    // MARK: Posting

    /// Performs some of the tasks whose time has come. When all is calm, Connect accepts everything.
    func postTasks(_ limit: Int, isCalm: Bool = false) throws {
        let flow = PostingFlow(settings: settings, makeKey: makeKey)
        var count = 0
        var isIdle = false
        while !isIdle, count < limit {
            isIdle = true
            let heads = try store.withReadTransaction { try $0.headTasks(after: nil, limit: 100) }
            for head in heads where count < limit && (isCalm || random.happens(70)) {
                // A refusal may move a notice elsewhere.
                lookAtTasks()
                let now = now
                switch try store.withTransaction({ try flow.begin(head.id, at: now, in: $0) }) {
                case .post(let request): guard try perform(head.id, request, with: flow, isCalm: isCalm) else { return }
                case .lookFor(let request): try lookFor(head.id, request, with: flow)
                case .nothing: break
                case .update, .wait: continue
                }
                isIdle = false
                count += 1
            }
        }
    }

    /// - Returns: False after a doubt: some time passes then before the task's turn comes again.
    private func perform(_ id: PostTask.ID, _ request: PostRequest, with flow: PostingFlow, isCalm: Bool) throws -> Bool {
        let now = now
        switch isCalm ? 0 : random.number(below: 20) {
        case 0..<14:
            let reference = publish(request)
            if isConnected, random.happens(zone.habits.echoFirst) {
                // The echo overtakes the confirmation; what waits for the confirmation stays behind it.
                let number = zone.posts.count - 1
                arrivals.removeAll { $0 == number }
                try decide(on: number)
            }
            try store.withTransaction { try flow.confirm(id, as: reference, at: now, in: $0) }
        case 14..<15:
            let refusal = random.pick([
                PostRefusal.temporary("BUSY"), .temporary("BUSY"), .zone("NO_ACCESS"), .targetGone("UNKNOWN_ID"), .permanent("INVALID"),
            ])
            log("refused task \(id.rawValue): \(refusal)")
            try store.withTransaction { try flow.refuse(id, because: refusal, at: now, in: $0) }
        case 15..<16:
            try store.withTransaction { try flow.release(id, in: $0) }
        default:
            note(.doubtfulPost)
            let isThere = random.happens(60)
            let reference = isThere ? publish(request) : nil
            log("task \(id.rawValue) in doubt, there: \(isThere)")
            if let number = reference.flatMap(ZoneModel.number), random.happens(50) { colleagueAnswers(number) }
            if random.happens(30) { disconnect() }
            return false
        }
        return true
    }

    private func publish(_ request: PostRequest) -> PostReference {
        let parent = request.repliesTo.flatMap(ZoneModel.number)
        let number = zone.write(
            by: ZoneModel.connector,
            answering: parent,
            isPrivate: request.privateTo != nil,
            notifies: request.privateTo.map { [$0] } ?? [],
            html: request.html,
            key: parent == nil ? request.key : nil,
            at: now
        )
        log("we post p\(number) answering \(parent.map(String.init) ?? "nothing"), private to \(request.privateTo ?? "nobody")")
        arrive(number)
        return ZoneModel.reference(number)
    }

    private func lookFor(_ id: PostTask.ID, _ request: PostRequest, with flow: PostingFlow) throws {
        let now = now
        let root = request.discussion.flatMap(ZoneModel.number)
        let numbers = zone.visible { $0.isOwn && (root == nil ? $0.isRoot : $0.discussion == root) }
        let posts = numbers.map { zone.shown($0, to: .plain, using: &random) }
        log("look for task \(id.rawValue) among \(numbers)")
        try store.withTransaction { try flow.settle(id, among: posts, identity: Self.identity, at: now, in: $0) }
    }
}
