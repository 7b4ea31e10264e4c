import BridgeTestSupport

@testable import Bridge

/// The calls to both sides, and what becomes of them.
extension LostAnswerHistory {
    // MARK: Connect

    func postTasks() throws {
        let flow = PostingFlow(settings: settings, makeKey: makeKey)
        for head in try store.withReadTransaction({ try $0.headTasks(after: nil, limit: 100) }) {
            let now = now
            switch try transact({ try flow.begin(head.id, at: now, in: $0) }) {
            case .post(let request): try post(request, for: head.id, with: flow)
            case .lookFor(let request):
                // Connect may be away.
                guard isCalm || random.happens(80) else { continue }
                let root = request.discussion.flatMap(Self.number)
                let own = posts.indices.filter { posts[$0].isOwn && (root == nil ? posts[$0].parent == nil : posts[$0].discussion == root) }
                let found = own.map(shown)
                try transact { try flow.settle(head.id, among: found, identity: Self.identity, at: now, in: $0) }
            case .update, .wait, .nothing: break
            }
        }
    }

    private func post(_ request: PostRequest, for id: PostTask.ID, with flow: PostingFlow) throws {
        let now = now
        switch isCalm ? 0 : random.number(below: 20) {
        case 0..<10:
            let reference = publish(request)
            try transact { try flow.confirm(id, as: reference, at: now, in: $0) }
        case 10..<13:
            _ = publish(request)
            noteLostAnswer()
        case 13..<15: noteLostAnswer()
        case 15..<18: try transact { try flow.refuse(id, because: .temporary("BUSY"), at: now, in: $0) }
        default: try transact { try flow.release(id, in: $0) }
        }
    }

    private func publish(_ request: PostRequest) -> PostReference {
        let parent = request.repliesTo.flatMap(Self.number)
        let post = Post(
            discussion: parent.map { posts[$0].discussion } ?? 0, parent: parent, author: Self.identity.sip, html: request.html, at: now,
            privateTo: request.privateTo, key: request.key)
        return Self.reference(write(post))
    }

    // MARK: WhatsApp

    func sendMessages() throws {
        let flow = SendingFlow(settings: settings, makeKey: makeKey)
        for head in try store.withReadTransaction({ try $0.headOutgoing(after: nil, limit: 100) }) {
            let now = now
            guard case .send(let request) = try transact({ try flow.begin(head.id, at: now, in: $0) }) else { continue }
            let result: SendResult
            switch isCalm ? 0 : random.number(below: 20) {
            case 0..<10: result = .accepted(take(request, reports: 50))
            case 10..<13:
                _ = take(request, reports: 60)
                noteLostAnswer()
                result = .ambiguous("reset")
            case 13..<15:
                noteLostAnswer()
                result = .ambiguous("time-out")
            case 15..<17: result = .refused(DeliveryError(code: 131_016))
            case 17: result = .refused(DeliveryError(code: 131_026))
            default: result = .notSent("no route")
            }
            _ = try transact { try flow.finish(head.id, with: result, jitter: 0.5, at: now, in: $0) }
        }
    }

    /// WhatsApp has the message, and perhaps says so, at once or later.
    private func take(_ request: SendRequest, reports: Int) -> Wamid {
        let wamid = Wamid(rawValue: "out.\(request.messageID)")
        taken.append(Taken(text: request.text, messageID: request.messageID, wamid: wamid, at: now))
        if isCalm || random.happens(reports) {
            let at = now + .seconds(isCalm ? 0 : random.number(below: 90))
            let word = random.pick(["sent", "delivered", "read"])
            notifications.append(
                (at, .status(DeliveryStatus(number: Self.number, wamid: wamid, status: word, at: at, messageID: request.messageID))))
        }
        return wamid
    }

    // MARK: The end

    func check() {
        let contents = store.contents
        for record in contents.inbound.all where !["posted", "merged", "ignored"].contains(record.state.name) {
            fault("\(record.key) is \(record.state)")
        }
        checkPosts(contents)
        checkCustomers(contents)
        for number in posts.indices where !posts[number].isOwn { checkMessage(number, contents) }
    }

    /// Each of our posts is there once, and taken for what it is.
    private func checkPosts(_ contents: MemoryContents) {
        var keys: [String: Int] = [:]
        for post in posts { if let key = post.key { keys[key, default: 0] += 1 } }
        for (key, count) in keys where count > 1 { fault("\(key) is posted \(count) times") }
        for task in contents.tasks.all where task.state == .done {
            guard let number = contents.made[task.id].flatMap(Self.number), posts[number].key == task.key else {
                fault("task \(task.id.rawValue) took another's post for its own")
                continue
            }
            if posts[number].html != task.html { fault("the words of task \(task.id.rawValue) were changed after it was begun") }
        }
    }

    /// What a customer wrote stands once, in order.
    private func checkCustomers(_ contents: MemoryContents) {
        var last: [Conversation.ID: Int] = [:]
        for record in contents.inbound.all {
            guard case .message = record.event, let conversation = record.conversation else { continue }
            let tasks = contents.tasks.all.filter { $0.shownEvent == record.id && $0.state == .done }
            guard tasks.count == 1, let place = contents.made[tasks[0].id].flatMap(Self.number) else {
                fault("\(record.key) stands \(tasks.count) times")
                continue
            }
            // What was quarantined stands behind what came meanwhile.
            if !isReplayed, let before = last[conversation], before > place { fault("\(record.key) stands before what was written earlier") }
            last[conversation] = place
        }
    }

    /// What a colleague wrote was taken once at most, and whoever cannot be sure is told once.
    private func checkMessage(_ number: Int, _ contents: MemoryContents) {
        let copies = taken.filter { $0.text == posts[number].html }
        if copies.count > 1 { fault("\(posts[number].html) was sent \(copies.count) times") }
        let notices = posts.filter { $0.privateTo == posts[number].author && $0.parent == number }
        if notices.count > 1 { fault("the author of \(posts[number].html) is told \(notices.count) times") }
        let isTold = notices.count == 1
        guard let state = contents.outgoing.all.first(where: { $0.post == Self.reference(number) })?.state else {
            if !isTold { fault("\(posts[number].html) is forgotten") }
            return
        }
        switch state {
        case .sent, .delivered, .read:
            if copies.isEmpty { fault("\(posts[number].html) was never sent") }
            let isLate = copies.first.map { copy in copy.reportedAt.map { copy.at + SendingFlow.patience <= $0 } ?? false } ?? false
            if isTold, !isLate { fault("the author of \(posts[number].html) is alarmed for nothing") }
        case .unknown(authorTold: true):
            if !isTold { fault("the author of \(posts[number].html) is not told that nobody knows") }
        case .failed:
            if !copies.isEmpty || !isTold { fault("\(posts[number].html) failed, told: \(isTold), and was taken \(copies.count) times") }
        case .queued, .sending, .unknown(authorTold: false), .held:
            fault("\(posts[number].html) is \(state) at the end")
        }
    }
}
