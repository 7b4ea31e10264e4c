import Bridge

extension StoreContract {
    static let inboundChecks = [
        StoreCheck(
            "An event is recorded with everything that belongs to it",
            inTransaction: { store in
                let events: [InboundEvent] = [
                    .text(1),
                    .message(
                        CustomerMessage(
                            number: .sales,
                            wamid: .number(2),
                            sender: [.group("g"), .parentBusinessScopedUserID("p")],
                            writtenAt: Moment(milliseconds: .max),
                            type: "image",
                            content: .placeholder(.media(.image, name: nil, caption: "caption", .loading))
                        )
                    ),
                    .status("failed", of: 3),
                    .notice(.init(type: "account_update", number: nil, reason: "account news", at: .noon, key: "k")),
                    .unreadable(.init(path: "entry[0]", error: "no object", number: .sales, at: .noon, key: "digest")),
                ]
                let states: [InboundState] = [
                    .posted, .held(.licence), .merged, .ignored(reason: "account news"), .quarantined(error: "no object"),
                ]
                for (index, (event, state)) in zip(events, states).enumerated() {
                    let id = try store.insertInbound(key: "\(index)", event: event, state: state, recordedAt: .noon + .seconds(index))
                    guard let id else { throw ContractViolation(description: "event \(index) was not recorded") }
                    let expected = InboundRecord(id: id, key: "\(index)", event: event, state: state, recordedAt: .noon + .seconds(index))
                    try expect(store.inbound(id), is: expected)
                }
                try expect(store.inbound(.init(rawValue: 99)), is: nil)
            }),
        StoreCheck(
            "A key is recorded once; the second time nothing changes",
            inTransaction: { store in
                let id = try store.insertInbound(key: "a", event: .text(1), state: .posted, recordedAt: .noon)
                let again = try store.insertInbound(key: "a", event: .status("read", of: 2), state: .held(.zone), recordedAt: .noon)
                try expect(again, is: nil)
                try expect(id.flatMap { try store.inbound($0) }?.event, is: .text(1))
                try expect(store.statuses(of: .number(2), number: .sales), is: [])
                try expect(store.heldInbound(reasons: [.zone], after: nil, limit: 10), is: [])
            }),
        StoreCheck(
            "Keys that differ behind a NUL are different keys",
            inTransaction: { store in
                for key in ["a\0b", "a\0c", "a"] {
                    try expect(store.insertInbound(key: key, event: .text(1), state: .posted, recordedAt: .noon) == nil, is: false)
                }
            }),
        StoreCheck(
            "Rows are numbered in the order of their insertion",
            inTransaction: { store in
                let ids = try (1...20).compactMap {
                    try store.insertInbound(key: "\($0)", event: .text($0), state: .posted, recordedAt: .noon - .seconds($0))
                }
                try expect(ids.count, is: 20)
                try expect(ids, is: ids.sorted())
            }),
        StoreCheck(
            "A changed event has the new state and place",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                guard let id = try store.insertInbound(key: "a", event: .text(1), state: .held(.connect), recordedAt: .noon) else {
                    throw ContractViolation(description: "the event was not recorded")
                }
                try store.setInbound(id, state: .held(.zone), conversation: conversation.id)
                try expect(store.heldInbound(reasons: [.connect], after: nil, limit: 10), is: [])
                try expect(store.heldInbound(reasons: [.zone], after: nil, limit: 10).map(\.conversation), is: [conversation.id])
                try store.setInboundState(id, .held(.licence))
                try expect(store.heldInbound(reasons: [.zone], after: nil, limit: 10), is: [])
                try expect(store.heldInbound(reasons: [.licence], after: nil, limit: 10).map(\.conversation), is: [conversation.id])
                try store.setInbound(id, state: .quarantined(error: "why"), conversation: nil)
                try expect(store.inbound(id)?.state, is: .quarantined(error: "why"))
                try expect(store.inbound(id)?.conversation, is: nil)
                try expect(store.heldInbound(reasons: Set(HoldReason.allCases), after: nil, limit: 10), is: [])
            }),
        StoreCheck(
            "Held events come oldest first, in pages, by any of the reasons",
            inTransaction: { store in
                let reasons: [HoldReason?] = [.zone, .licence, .zone, nil, .connect, .licence, .zone, .unknownNumber]
                for (index, reason) in reasons.enumerated() {
                    let state = reason.map { InboundState.held($0) } ?? .posted
                    _ = try store.insertInbound(key: "\(index)", event: .text(index), state: state, recordedAt: .noon - .seconds(index))
                }
                func keys(_ reasons: Set<HoldReason>, after: InboundRecord.ID? = nil, limit: Int) throws -> [String] {
                    try store.heldInbound(reasons: reasons, after: after, limit: limit).map(\.key)
                }
                try expect(keys([.zone, .licence], limit: 10), is: ["0", "1", "2", "5", "6"])
                try expect(keys([.zone, .licence], limit: 3), is: ["0", "1", "2"])
                let third = try store.heldInbound(reasons: [.zone, .licence], after: nil, limit: 3).last?.id
                try expect(keys([.zone, .licence], after: third, limit: 10), is: ["5", "6"])
                try expect(keys([.connect], limit: 10), is: ["4"])
                try expect(keys([], limit: 10), is: [])
                try expect(keys([.zone], limit: 0), is: [])
            }),
        StoreCheck(
            "A message's statuses come oldest first, and only those of its number",
            inTransaction: { store in
                let statuses = ["read", "sent", "delivered"]
                for status in statuses {
                    _ = try store.insertInbound(key: status, event: .status(status, of: 1), state: .merged, recordedAt: .noon)
                }
                _ = try store.insertInbound(key: "other", event: .status("sent", of: 2), state: .merged, recordedAt: .noon)
                _ = try store.insertInbound(key: "number", event: .status("sent", of: 1, from: .service), state: .merged, recordedAt: .noon)
                _ = try store.insertInbound(key: "message", event: .text(1), state: .posted, recordedAt: .noon)
                try expect(store.statuses(of: .number(1), number: .sales).map(\.key), is: statuses)
                try expect(store.statuses(of: .number(1), number: .service).map(\.key), is: ["number"])
                try expect(store.statuses(of: .number(3), number: .sales), is: [])
            }),
    ]
}
