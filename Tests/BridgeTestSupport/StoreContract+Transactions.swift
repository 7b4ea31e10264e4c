import Bridge

extension StoreContract {
    private struct Stop: Error, Equatable {}

    static let transactionChecks = [
        StoreCheck("Pending webhooks come in order, as many as are asked for and fit, but at least one") { store in
            for size in [3, 1, 5, 2] { try await store.append(webhook: Array(repeating: 7, count: size), receivedAt: .noon) }
            for (limit, bytes, sizes) in [
                (10, Int.max, [3, 1, 5, 2]), (2, .max, [3, 1]), (0, .max, []), (10, 4, [3, 1]), (10, 8, [3, 1]), (10, 9, [3, 1, 5]), (10, 0, [3]),
            ] {
                try await store.read { store in try expect(store.pendingWebhooks(limit: limit, bytes: bytes).map(\.body.count), is: sizes) }
            }
        },
        StoreCheck("What a transaction changed is there when write returns") { store in
            let id = try await store.write { try $0.insertInbound(key: "a", event: .text(1), state: .posted, recordedAt: .noon) }
            let record = try await store.read { store in try id.flatMap { try store.inbound($0) } }
            try expect(record?.key, is: "a")
        },
        StoreCheck("A transaction that throws passes its error on and changes nothing") { store in
            try await store.append(webhook: [1], receivedAt: .noon)
            let conversation = try await store.write { store in
                _ = try store.insertInbound(key: "held", event: .text(1), state: .held(.zone), recordedAt: .noon)
                return try store.makeConversation()
            }
            do {
                try await store.write { store in
                    for webhook in try store.pendingWebhooks(limit: 10) { try store.finishWebhook(webhook.id) }
                    _ = try store.insertInbound(key: "a", event: .text(2), state: .posted, recordedAt: .noon)
                    for held in try store.heldInbound(reasons: [.zone], after: nil, limit: 10) {
                        try store.setInbound(held.id, state: .posted, conversation: nil)
                    }
                    _ = try store.insertCustomer(name: nil, aliases: [.anna, .bert])
                    let discussion = try store.makeDiscussion(in: conversation.id)
                    _ = try store.makeTask(.conversation(conversation.id))
                    _ = try store.makeOutgoing("m1", in: conversation.id, discussion.id)
                    try store.link(.number(1), number: .sales, shownBy: .number(1))
                    _ = try store.noteHint(in: .number(1))
                    try store.setCursor(ConnectCursor(rawValue: "1"), of: .sales)
                    throw Stop()
                }
            } catch is Stop {
                try await store.read { store in
                    try expect(store.pendingWebhooks(limit: 10).count, is: 1)
                    try expect(store.heldInbound(reasons: [.zone], after: nil, limit: 10).count, is: 1)
                    try expect(store.customers(havingAny: [.anna, .bert]).map(\.id), is: [conversation.customer])
                    try expect(store.nextClosing(), is: nil)
                    try expect(store.headTasks(after: nil, limit: 10), is: [])
                    try expect(store.headOutgoing(after: nil, limit: 10), is: [])
                    try expect(store.post(showing: .number(1), number: .sales), is: nil)
                    try expect(store.cursor(of: .sales), is: nil)
                }
                let isNew = try await store.write { store in
                    try expect(store.insertInbound(key: "a", event: .text(2), state: .posted, recordedAt: .noon) == nil, is: false)
                    return try store.noteHint(in: .number(1))
                }
                try expect(isNew, is: true)
                return
            }
            throw ContractViolation(description: "the error was not passed on")
        },
        StoreCheck("A transaction that throws does not harm the ones beside it") { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        do {
                            try await store.write { store in
                                _ = try store.insertInbound(key: "\(number)", event: .text(number), state: .held(.zone), recordedAt: .noon)
                                if number % 3 == 0 { throw Stop() }
                            }
                            try expect(number % 3 == 0, is: false)
                        } catch is Stop {
                            try expect(number % 3, is: 0)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let held = try await store.read { try $0.heldInbound(reasons: [.zone], after: nil, limit: 100) }
            try expect(Set(held.map(\.key)), is: Set((0..<60).filter { $0 % 3 != 0 }.map(String.init)))
            try expect(held.map(\.id), is: held.map(\.id).sorted())
        },
        StoreCheck("Transactions run alone: none is lost when many count at the same time") { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await store.write { store in
                            let count = Int(try store.cursor(of: .sales)?.rawValue ?? "0") ?? -1
                            try store.setCursor(ConnectCursor(rawValue: "\(count + 1)"), of: .sales)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try expect(try await store.read { try $0.cursor(of: .sales)?.rawValue }, is: "50")
        },
        StoreCheck("A change within read throws and changes nothing") { store in
            try await expectThrows { try await store.read { try $0.setCursor(ConnectCursor(rawValue: "1"), of: .sales) } }
            try expect(try await store.read { try $0.cursor(of: .sales) }, is: nil)
        },
        StoreCheck(
            "A change of a row that is not there throws",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                var discussion = try store.makeDiscussion(in: conversation.id)
                let message = try store.makeOutgoing("m1", in: conversation.id, discussion.id)
                try expectThrows { try store.setInbound(.init(rawValue: 7), state: .posted, conversation: nil) }
                try expectThrows { try store.setInboundState(.init(rawValue: 7), .posted) }
                try expectThrows { try store.finishWebhook(.init(rawValue: 7)) }
                try expectThrows { try store.updateCustomer(Customer(id: .init(rawValue: 7), name: nil, aliases: [])) }
                var other = conversation
                other.id = .init(rawValue: 7)
                try expectThrows { try store.updateConversation(other) }
                discussion.id = .init(rawValue: 7)
                try expectThrows { try store.updateDiscussion(discussion) }
                guard var outgoing = try store.outgoing(message) else { throw ContractViolation(description: "the message is gone") }
                outgoing.id = .init(rawValue: 7)
                try expectThrows { try store.updateOutgoing(outgoing) }
                guard var task = try store.task(try store.makeTask(.foreign(.number(1)))) else {
                    throw ContractViolation(description: "the task is gone")
                }
                task.id = .init(rawValue: 7)
                try expectThrows { try store.updateTask(task) }
            }),
    ]

    static let webhookChecks = [
        StoreCheck("Webhooks are kept byte for byte, pending in the order of their arrival") { store in
            let bodies: [[UInt8]] = [Array(0...255), [], Array(repeating: 0xF0, count: 100_000)]
            for (index, body) in bodies.enumerated() { try await store.append(webhook: body, receivedAt: .noon + .seconds(index)) }
            let pending = try await store.read { try $0.pendingWebhooks(limit: 10) }
            try expect(pending.map(\.body), is: bodies)
            try expect(pending.map(\.receivedAt), is: [.noon, .noon + .seconds(1), .noon + .seconds(2)])
            try expect(pending.map(\.id), is: pending.map(\.id).sorted())
        },
        StoreCheck("A finished webhook is not pending any more, and finishing it again is no error") { store in
            for byte in 1...4 { try await store.append(webhook: [UInt8(byte)], receivedAt: .noon) }
            try await store.write { store in
                let pending = try store.pendingWebhooks(limit: 2)
                try expect(pending.map(\.body), is: [[1], [2]])
                try store.finishWebhook(pending[1].id)
                try store.finishWebhook(pending[1].id)
                try expect(store.pendingWebhooks(limit: 10).map(\.body), is: [[1], [3], [4]])
                try expect(store.pendingWebhooks(limit: 0), is: [])
            }
        },
        StoreCheck("Webhooks that arrive at the same time are all kept, each once") { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for byte in 0..<200 { group.addTask { try await store.append(webhook: [UInt8(byte)], receivedAt: .noon) } }
                try await group.waitForAll()
            }
            let bodies = try await store.read { try $0.pendingWebhooks(limit: 1_000).map(\.body) }
            try expect(bodies.count, is: 200)
            try expect(Set(bodies).count, is: 200)
        },
    ]

    static let settingsChecks = [
        StoreCheck(
            "A zone has no cursor before first contact, and then the newest one",
            inTransaction: { store in
                try expect(store.cursor(of: .sales), is: nil)
                try store.setCursor(ConnectCursor(rawValue: "1"), of: .sales)
                try store.setCursor(ConnectCursor(rawValue: "2"), of: .sales)
                try expect(store.cursor(of: .sales)?.rawValue, is: "2")
                try expect(store.cursor(of: .service), is: nil)
            }),
        StoreCheck(
            "An account's stop is kept until it is lifted",
            inTransaction: { store in
                try expect(store.accountStop("1"), is: nil)
                try store.setAccountStop(AccountStop(since: .noon, probeAt: .noon + .seconds(300)), of: "1")
                let later = AccountStop(since: .noon, probeAt: .noon + .seconds(600))
                try store.setAccountStop(later, of: "1")
                try expect(store.accountStop("1"), is: later)
                try expect(store.accountStop("2"), is: nil)
                try store.setAccountStop(nil, of: "1")
                try expect(store.accountStop("1"), is: nil)
            }),
    ]
}
