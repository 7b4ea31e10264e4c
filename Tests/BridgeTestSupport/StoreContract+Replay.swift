import Bridge

extension StoreContract {
    static let replayChecks: [StoreCheck] = [
        StoreCheck(
            "Requests for replay come in the order of asking, each half for itself, each row once",
            inTransaction: { store in
                let first = ReplaySubject.inbound(.init(rawValue: 7))
                let second = ReplaySubject.inbound(.init(rawValue: 3))
                let message = ReplaySubject.outgoing(.init(rawValue: 7))
                for (subject, webhook) in [(first, StoredWebhook.ID(rawValue: 5)), (message, nil), (second, nil), (first, nil)] {
                    try store.insertReplayRequest(subject, webhook: webhook)
                }
                let inbound = try store.replayRequests(for: .inbound, after: nil, limit: 10)
                try expect(inbound.map(\.subject), is: [first, second])
                try expect(inbound.map(\.webhook), is: [.init(rawValue: 5), nil])
                try expect(store.replayRequests(for: .inbound, after: nil, limit: 1).map(\.subject), is: [first])
                try expect(store.replayRequests(for: .inbound, after: inbound[0].id, limit: 10).map(\.subject), is: [second])
                try expect(store.replayRequests(for: .outgoing, after: nil, limit: 10).map(\.subject), is: [message])
            }),
        StoreCheck(
            "A request that is decided is gone, and its row can be asked for again, behind all others",
            inTransaction: { store in
                let subjects = [1, 2].map { ReplaySubject.outgoing(.init(rawValue: $0)) }
                for subject in subjects { try store.insertReplayRequest(subject, webhook: nil) }
                let first = try store.replayRequests(for: .outgoing, after: nil, limit: 1)
                for request in first { try store.finishReplayRequest(request.id) }
                try expect(store.replayRequests(for: .outgoing, after: nil, limit: 10).map(\.subject), is: [subjects[1]])
                try store.insertReplayRequest(subjects[0], webhook: nil)
                try expect(store.replayRequests(for: .outgoing, after: nil, limit: 10).map(\.subject), is: [subjects[1], subjects[0]])
            }),
    ]
}
