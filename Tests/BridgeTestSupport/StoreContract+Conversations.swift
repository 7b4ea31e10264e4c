import Bridge

extension StoreContract {
    static let customerChecks = [
        StoreCheck(
            "A customer is found by any alias, and only once",
            inTransaction: { store in
                let anna = try store.insertCustomer(name: "Anna", aliases: [.anna, .annaBSUID])
                let bert = try store.insertCustomer(name: nil, aliases: [.bert])
                try expect(store.customer(anna.id), is: Customer(id: anna.id, name: "Anna", aliases: [.anna, .annaBSUID]))
                try expect(store.customer(bert.id)?.name, is: nil)
                try expect(store.customers(havingAny: [.annaBSUID, .anna]), is: [anna])
                try expect(store.customers(havingAny: [.bert, .anna, .phone("0")]), is: [anna, bert])
                try expect(store.customers(havingAny: []), is: [])
                try expect(store.customer(.init(rawValue: 99)), is: nil)
            }),
        StoreCheck(
            "Aliases of different kinds, or that differ in case, are different",
            inTransaction: { store in
                _ = try store.insertCustomer(name: nil, aliases: [.businessScopedUserID("DE.1a")])
                try expect(store.customers(havingAny: [.businessScopedUserID("DE.1A"), .parentBusinessScopedUserID("DE.1a")]), is: [])
            }),
        StoreCheck(
            "An alias belongs to one customer: it is taken from any other",
            inTransaction: { store in
                let anna = try store.insertCustomer(name: "Anna", aliases: [.anna, .annaBSUID])
                var bert = try store.insertCustomer(name: "Bert", aliases: [.bert])
                bert.aliases = [.anna]
                bert.name = "Bertram"
                try store.updateCustomer(bert)
                try expect(store.customer(anna.id)?.aliases, is: [.annaBSUID])
                try expect(store.customer(bert.id), is: bert)
                try expect(store.customers(havingAny: [.anna]).map(\.id), is: [bert.id])
                try expect(store.customers(havingAny: [.bert]), is: [])
                let third = try store.insertCustomer(name: nil, aliases: [.annaBSUID])
                try expect(store.customer(anna.id)?.aliases, is: [])
                try expect(store.customers(havingAny: [.annaBSUID]).map(\.id), is: [third.id])
            }),
        StoreCheck(
            "A number and a customer have one conversation",
            inTransaction: { store in
                let customer = try store.insertCustomer(name: nil, aliases: [.anna])
                try expect(store.conversation(number: .sales, customer: customer.id), is: nil)
                let sales = try store.insertConversation(number: .sales, customer: customer.id, address: [.anna, .annaBSUID])
                let service = try store.insertConversation(number: .service, customer: customer.id, address: [])
                try expect(sales.openDiscussion, is: nil)
                try expect(store.conversation(number: .sales, customer: customer.id), is: sales)
                try expect(store.conversation(service.id), is: service)
                try expect(store.conversation(sales.id)?.address, is: [.anna, .annaBSUID])
                try expectThrows { _ = try store.insertConversation(number: .sales, customer: customer.id, address: []) }
                try expect(store.conversation(.init(rawValue: 99)), is: nil)
            }),
        StoreCheck(
            "A conversation's address and open discussion can be changed",
            inTransaction: { store in
                var conversation = try store.makeConversation()
                conversation.openDiscussion = try store.makeDiscussion(in: conversation.id).id
                conversation.address = [.annaBSUID]
                try store.updateConversation(conversation)
                try expect(store.conversation(conversation.id), is: conversation)
                conversation.openDiscussion = nil
                try store.updateConversation(conversation)
                try expect(store.conversation(conversation.id), is: conversation)
            }),
        StoreCheck(
            "A conversation needs its customer, a discussion its conversation",
            inTransaction: { store in
                try expectThrows { _ = try store.insertConversation(number: .sales, customer: .init(rawValue: 9), address: []) }
                try expectThrows { _ = try store.makeDiscussion(in: .init(rawValue: 9)) }
            }),
    ]

    static let discussionChecks = [
        StoreCheck(
            "A discussion begins open and without a root, and can be changed",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                var discussion = try store.makeDiscussion(in: conversation.id)
                try expect(discussion.root, is: nil)
                try expect(discussion.closedAt, is: nil)
                try expect(store.discussion(discussion.id), is: discussion)
                discussion.key = "other"
                discussion.zone = .service
                discussion.root = .number(1)
                discussion.newestMessageAt = .noon
                discussion.closesAt = .noon + .seconds(86_400)
                discussion.closedAt = .noon + .seconds(90_000)
                try store.updateDiscussion(discussion)
                try expect(store.discussion(discussion.id), is: discussion)
                try expect(store.discussion(root: .number(1)), is: discussion)
                try expect(store.discussion(root: .number(2)), is: nil)
                discussion.root = .number(2)
                try store.updateDiscussion(discussion)
                try expect(store.discussion(root: .number(1)), is: nil)
                try expect(store.discussion(root: .number(2)), is: discussion)
            }),
        StoreCheck(
            "A root is of one discussion",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                var first = try store.makeDiscussion(in: conversation.id)
                var second = try store.makeDiscussion(in: conversation.id)
                first.root = .number(1)
                try store.updateDiscussion(first)
                second.root = .number(1)
                try expectThrows { try store.updateDiscussion(second) }
                try expect(store.discussion(root: .number(1))?.id, is: first.id)
            }),
        StoreCheck(
            "Open discussions come in the order of their closing, closed ones not at all",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                try expect(store.nextClosing(), is: nil)
                let seconds = [30, 10, 20, 10, 40]
                let discussions = try seconds.map { try store.makeDiscussion(in: conversation.id, closesAt: .noon + .seconds($0)) }
                var closed = discussions[1]
                closed.closedAt = .noon
                try store.updateDiscussion(closed)
                func due(_ seconds: Int, limit: Int = 10) throws -> [Discussion.ID] {
                    try store.discussionsClosing(by: .noon + .seconds(seconds), limit: limit).map(\.id)
                }
                try expect(due(30), is: [discussions[3].id, discussions[2].id, discussions[0].id])
                try expect(due(30, limit: 1), is: [discussions[3].id])
                try expect(due(9), is: [])
                try expect(store.nextClosing(), is: .noon + .seconds(10))
                for discussion in discussions {
                    var discussion = discussion
                    discussion.closedAt = .noon
                    try store.updateDiscussion(discussion)
                }
                try expect(store.nextClosing(), is: nil)
            }),
        StoreCheck(
            "Open discussions of a number outside a zone; zones of newer discussions",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let first = try store.makeDiscussion(in: conversation.id)
                var other = try store.makeDiscussion(in: conversation.id)
                other.zone = Zone(rawValue: "other")
                other.newestMessageAt = .noon + .seconds(100)
                try store.updateDiscussion(other)
                func outside(_ zone: Zone?, limit: Int = 10) throws -> [Discussion.ID] {
                    try store.openDiscussions(of: conversation.number, outside: zone, limit: limit).map(\.id)
                }
                try expect(outside(first.zone), is: [other.id])
                try expect(outside(other.zone), is: [first.id])
                try expect(outside(nil), is: [first.id, other.id])
                try expect(outside(nil, limit: 1), is: [first.id])
                try expect(store.openDiscussions(of: PhoneNumberID(rawValue: "0"), outside: nil, limit: 10), is: [])
                try expect(store.zonesInUse(since: .noon + .seconds(200)), is: [])
                try expect(store.zonesInUse(since: .noon + .seconds(100)), is: [other.zone])
                other.closedAt = .noon
                try store.updateDiscussion(other)
                try expect(outside(nil), is: [first.id])
                try expect(store.zonesInUse(since: .noon + .seconds(100)), is: [other.zone])
            }),
    ]
}
