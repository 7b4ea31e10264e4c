import Bridge

extension StoreContract {
    static let restorationChecks = [
        StoreCheck(
            "A store that was never put back has no restoration",
            inTransaction: { store in
                try store.setCursor(ConnectCursor(rawValue: "1"), of: .sales)
                try expect(store.restoration(), is: nil)
                try expect(store.isRestored(.sales), is: false)
            }),
        StoreCheck(
            "The mark says where the backup ends",
            run: { store in
                try await store.append(webhook: [1], receivedAt: .noon)
                try await store.append(webhook: [2], receivedAt: .noon)
                try await store.write { store in
                    _ = try store.insertInbound(key: "k", event: .text(1), state: .posted, recordedAt: .noon)
                    let conversation = try store.makeConversation()
                    _ = try store.makeDiscussion(in: conversation.id)
                    for _ in 0..<3 { _ = try store.makeTask(.conversation(conversation.id)) }
                    try store.markRestored(madeAt: .noon)
                    let expected = Restoration(
                        webhooks: .init(rawValue: 2), events: .init(rawValue: 1), discussions: .init(rawValue: 1), tasks: .init(rawValue: 3),
                        madeAt: .noon)
                    try expect(store.restoration(), is: expected)
                }
            }),
        StoreCheck(
            "What was to be replayed is asked for anew, if anybody still wants it",
            inTransaction: { store in
                let id = try store.insertInbound(key: "k", event: .text(1), state: .held(.zone), recordedAt: .noon)
                try store.insertReplayRequest(.inbound(id ?? .init(rawValue: 0)), webhook: nil)
                try store.markRestored(madeAt: .noon)
                try expect(store.replayRequests(for: .inbound, after: nil, limit: 1), is: [])
            }),
        StoreCheck(
            "Messages that hold their conversation are held, and nothing waits for them; what is known to be done stays",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let discussion = try store.makeDiscussion(in: conversation.id)
                let states: [(OutgoingState, OutgoingState)] = [
                    (.queued, .held(.restored)), (.sending, .held(.restored)), (.unknown(authorTold: false), .held(.restored)),
                    (.unknown(authorTold: true), .unknown(authorTold: true)), (.sent, .sent), (.delivered, .delivered), (.read, .read),
                    (.failed(reason: "no licence"), .failed(reason: "no licence")),
                ]
                var ids: [OutgoingMessage.ID] = []
                for (index, state) in states.enumerated() {
                    ids.append(try store.makeOutgoing("m\(index)", in: conversation.id, discussion.id, state: state.0))
                }
                try store.markRestored(madeAt: .noon)
                try expect(ids.map { try store.outgoing($0)?.state }, is: states.map(\.1))
                try expect(store.headOutgoing(of: conversation.id), is: nil)
                try expect(store.headOutgoing(after: nil, limit: 9), is: [])
                try expect(store.doubtfulOutgoing(), is: [])
                let new = try store.makeOutgoing("new", in: conversation.id, discussion.id)
                try expect(store.headOutgoing(of: conversation.id)?.id, is: new)
            }),
        StoreCheck(
            "Tasks that are to make a post are in doubt, in their order; changes of posts and finished tasks stay as they are",
            inTransaction: { store in
                let lane = Lane.conversation(.init(rawValue: 1))
                let done = try store.makeTask(lane, place: .root(.init(rawValue: 1), title: "Anna", tags: []))
                try store.setTask(done, .done)
                let begun = try store.makeTask(lane)
                try store.setTask(begun, .posting)
                let queued = try store.makeTask(lane)
                let update = try store.makeTask(lane, place: .update(.init(rawValue: 1), done))
                let root = try store.makeTask(.conversation(.init(rawValue: 2)), place: .root(.init(rawValue: 2), title: "Bert", tags: []))
                try store.markRestored(madeAt: .noon)
                try expect(
                    [done, begun, queued, update, root].map { try store.task($0)?.state }, is: [.done, .posting, .posting, .queued, .posting])
                try expect(store.headTasks(after: nil, limit: 9).map(\.id), is: [begun, root])
                try expect(store.unconfirmedRoots(in: .sales).map(\.id), is: [root])
            }),
        StoreCheck(
            "Zones with a cursor are restored until each has been caught up",
            inTransaction: { store in
                try store.setCursor(ConnectCursor(rawValue: "1"), of: .sales)
                try store.setCursor(ConnectCursor(rawValue: "2"), of: .service)
                try store.markRestored(madeAt: .noon)
                try store.setCursor(ConnectCursor(rawValue: "3"), of: .sales)
                try expect(store.isRestored(.sales), is: true)
                try expect(store.isRestored(Zone(rawValue: "new")), is: false)
                try store.finishRestoration(of: .sales)
                try expect(store.isRestored(.sales), is: false)
                try expect(store.isRestored(.service), is: true)
                try expect(store.restoration() == nil, is: false)
            }),
    ]
}
