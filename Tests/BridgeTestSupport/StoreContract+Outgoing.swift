import Bridge

extension StoreContract {
    static let outgoingChecks = [
        StoreCheck(
            "A message is kept with everything that belongs to it, in every state",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let discussion = try store.makeDiscussion(in: conversation.id)
                let states: [OutgoingState] = [
                    .queued, .sending, .unknown(authorTold: false), .unknown(authorTold: true), .sent, .delivered, .read,
                    .failed(reason: "131047 window closed"), .failed(reason: ""),
                ]
                for (index, state) in states.enumerated() {
                    let id = try store.insertOutgoing(
                        messageID: "m\(index)",
                        conversation: conversation.id,
                        discussion: discussion.id,
                        post: .number(index),
                        author: "bert",
                        part: 2,
                        parts: 3,
                        content: states.count > 3 && index % 2 == 0 ? .text("text") : .reaction(emoji: "👍", to: .number(3)),
                        quotes: index == 0 ? .number(7) : nil,
                        state: state,
                        at: .noon
                    )
                    let expected = OutgoingMessage(
                        id: id,
                        messageID: "m\(index)",
                        conversation: conversation.id,
                        discussion: discussion.id,
                        post: .number(index),
                        author: "bert",
                        part: 2,
                        parts: 3,
                        content: states.count > 3 && index % 2 == 0 ? .text("text") : .reaction(emoji: "👍", to: .number(3)),
                        quotes: index == 0 ? .number(7) : nil,
                        state: state,
                        notBefore: .noon,
                        changedAt: .noon
                    )
                    try expect(store.outgoing(id), is: expected)
                    try expect(store.outgoing(messageID: "m\(index)"), is: expected)
                    try expect(store.outgoing(of: .number(index)), is: [expected])
                }
                try expect(store.outgoing(.init(rawValue: 99)), is: nil)
                try expect(store.outgoing(messageID: "m99"), is: nil)
                try expect(store.outgoing(of: .number(99)), is: [])
            }),
        StoreCheck(
            "A message's own ID, part, content, quote, state, wamid, refusals and times can be changed",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let discussion = try store.makeDiscussion(in: conversation.id)
                let id = try store.makeOutgoing("m1", in: conversation.id, discussion.id)
                guard var message = try store.outgoing(id) else { throw ContractViolation(description: "the message is gone") }
                message.messageID = "m2"
                message.part = 2
                message.parts = 3
                message.content = .undecided(html: "<b>ü</b>", asked: 1)
                message.quotes = .number(8)
                message.state = .failed(reason: "why")
                message.wamid = .number(1)
                message.refusals = 2
                message.notBefore = .noon + .seconds(1)
                message.changedAt = .noon + .seconds(2)
                try store.updateOutgoing(message)
                try expect(store.outgoing(id), is: message)
                try expect(store.outgoing(messageID: "m1"), is: nil)
                try expect(store.outgoing(messageID: "m2"), is: message)
            }),
        StoreCheck(
            "Our own ID of a message is of one message",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let discussion = try store.makeDiscussion(in: conversation.id)
                _ = try store.makeOutgoing("m1", in: conversation.id, discussion.id)
                let second = try store.makeOutgoing("m2", in: conversation.id, discussion.id)
                try expectThrows { _ = try store.makeOutgoing("m1", in: conversation.id, discussion.id) }
                guard var message = try store.outgoing(second) else { throw ContractViolation(description: "the message is gone") }
                message.messageID = "m1"
                try expectThrows { try store.updateOutgoing(message) }
                try expect(store.outgoing(second)?.messageID, is: "m2")
            }),
        StoreCheck(
            "A message is found by its wamid and the number that sent it",
            inTransaction: { store in
                let sales = try store.makeConversation([.anna], number: .sales)
                let service = try store.makeConversation([.bert], number: .service)
                let discussion = try store.makeDiscussion(in: sales.id)
                let first = try store.makeOutgoing("m1", in: sales.id, discussion.id)
                let second = try store.makeOutgoing("m2", in: service.id, discussion.id)
                for id in [first, second] { try store.setOutgoing(id, .sent, wamid: .number(1)) }
                try expect(store.outgoing(wamid: .number(1), number: .sales)?.id, is: first)
                try expect(store.outgoing(wamid: .number(1), number: .service)?.id, is: second)
                try expect(store.outgoing(wamid: .number(2), number: .sales), is: nil)
            }),
        StoreCheck(
            "The messages of a post come in order",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let discussion = try store.makeDiscussion(in: conversation.id)
                let ids = try ["c", "a", "b"].map { try store.makeOutgoing($0, in: conversation.id, discussion.id, post: .number(5)) }
                try expect(store.outgoing(of: .number(5)).map(\.id), is: ids)
            }),
        StoreCheck(
            "The heads are the first message of each conversation that holds it, in pages",
            inTransaction: { store in
                let conversations = try [Alias.anna, .bert, .annaBSUID].map { try store.makeConversation([$0]) }
                let discussion = try store.makeDiscussion(in: conversations[0].id)
                let ids = try [1, 0, 1, 2, 0].enumerated().map { index, conversation in
                    try store.makeOutgoing("m\(index)", in: conversations[conversation].id, discussion.id)
                }
                let failed = try store.makeOutgoing("failed", in: conversations[2].id, discussion.id, state: .failed(reason: "closed"))
                func heads(after: OutgoingMessage.ID? = nil, limit: Int = 10) throws -> [OutgoingMessage.ID] {
                    try store.headOutgoing(after: after, limit: limit).map(\.id)
                }
                try expect(heads(), is: [ids[0], ids[1], ids[3]])
                try expect(heads(limit: 1), is: [ids[0]])
                try expect(heads(after: ids[0]), is: [ids[1], ids[3]])
                try expect(store.headOutgoing(of: conversations[1].id)?.id, is: ids[0])

                try store.setOutgoing(ids[0], .sending)
                try expect(heads().first, is: ids[0])
                try store.setOutgoing(ids[0], .unknown(authorTold: false))
                try expect(heads().first, is: ids[0])
                try store.setOutgoing(ids[0], .unknown(authorTold: true))
                try expect(heads(), is: [ids[1], ids[2], ids[3]])
                try store.setOutgoing(ids[3], .sent)
                try expect(heads(), is: [ids[1], ids[2]])
                try expect(store.headOutgoing(of: conversations[2].id), is: nil)

                // One that stands before the head, or after finished ones, is taken up again.
                try store.setOutgoing(ids[0], .queued)
                try expect(heads(), is: [ids[0], ids[1]])
                try store.setOutgoing(failed, .queued)
                try expect(heads(), is: [ids[0], ids[1], failed])
            }),
        StoreCheck(
            "Messages that are found out later stand where their post stands, in the order of their parts",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let discussion = try store.makeDiscussion(in: conversation.id)
                let first = try store.makeOutgoing("m1", in: conversation.id, discussion.id, post: .number(1))
                let other = try store.makeOutgoing("m2", in: conversation.id, discussion.id, post: .number(2))
                let third = try store.makeOutgoing("m3", in: conversation.id, discussion.id, post: .number(1), part: 3)
                let second = try store.makeOutgoing("m4", in: conversation.id, discussion.id, post: .number(1), part: 2)
                try expect(store.outgoing(of: .number(1)).map(\.id), is: [first, second, third])
                for id in [first, second, third, other] {
                    try expect(store.headOutgoing(of: conversation.id)?.id, is: id)
                    try expect(store.headOutgoing(after: nil, limit: 10).map(\.id), is: [id])
                    try store.setOutgoing(id, .sent)
                }
                try expect(store.headOutgoing(of: conversation.id), is: nil)
                try store.setOutgoing(other, .queued)
                try store.setOutgoing(second, .queued)
                try expect(store.headOutgoing(of: conversation.id)?.id, is: second)
                try expect(store.headOutgoing(after: nil, limit: 10).map(\.id), is: [second])
            }),
        StoreCheck(
            "A message that holds nothing does not become a head, and does not hide one",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let discussion = try store.makeDiscussion(in: conversation.id)
                _ = try store.makeOutgoing("m1", in: conversation.id, discussion.id, state: .failed(reason: "closed"))
                try expect(store.headOutgoing(after: nil, limit: 10), is: [])
                let second = try store.makeOutgoing("m2", in: conversation.id, discussion.id)
                try expect(store.headOutgoing(after: nil, limit: 10).map(\.id), is: [second])
            }),
        StoreCheck(
            "In doubt are messages that are being sent, or unknown while their author is not told",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let discussion = try store.makeDiscussion(in: conversation.id)
                let states: [OutgoingState] = [
                    .sending, .queued, .unknown(authorTold: true), .unknown(authorTold: false), .sent, .failed(reason: "why"), .read,
                ]
                let ids = try states.enumerated().map { index, state in
                    let id = try store.makeOutgoing("m\(index)", in: conversation.id, discussion.id)
                    try store.setOutgoing(id, state)
                    return id
                }
                try expect(store.doubtfulOutgoing().map(\.id), is: [ids[0], ids[3]])
                try store.setOutgoing(ids[0], .sent)
                try expect(store.doubtfulOutgoing().map(\.id), is: [ids[3]])
            }),
        StoreCheck(
            "A message needs its conversation and its discussion",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let discussion = try store.makeDiscussion(in: conversation.id)
                try expectThrows { _ = try store.makeOutgoing("m1", in: .init(rawValue: 9), discussion.id) }
                try expectThrows { _ = try store.makeOutgoing("m2", in: conversation.id, .init(rawValue: 9)) }
            }),
    ]
}
