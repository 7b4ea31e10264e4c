import BridgeTestSupport

@testable import Bridge

/// What a backup and an operator do to a history.
extension LostAnswerHistory {
    /// Holds a message as a backup does, or asks for any row whatever its state, or decides on what is asked for.
    func meddle() throws {
        let contents = store.contents
        switch random.number(below: 5) {
        case 0:
            guard var message = contents.outgoing.all.filter({ $0.state == .queued }).first else { return }
            message.state = .held(.restored)
            try store.withTransaction { try $0.updateOutgoing(message) }
        case 1 where !contents.outgoing.all.isEmpty:
            try ask(.outgoing(random.pick(contents.outgoing.all).id))
        case 2 where !contents.inbound.all.isEmpty:
            try ask(.inbound(random.pick(contents.inbound.all).id))
        default: try decide()
        }
    }

    /// Has everything replayed that can be.
    func replayRest() throws {
        guard isReplayed else { return }
        for record in store.contents.inbound.all where ReplayRule.verdict(on: record.state) == .replay { try ask(.inbound(record.id)) }
        for message in store.contents.outgoing.all where ReplayRule.verdict(on: message.state, wamid: message.wamid) == .replay {
            try ask(.outgoing(message.id))
        }
        while !store.contents.replayRequests.isEmpty { try decide() }
    }

    private func ask(_ subject: ReplaySubject) throws {
        try transact { try $0.insertReplayRequest(subject, webhook: nil) }
    }

    private func decide() throws {
        guard let request = store.contents.replayRequests.first else { return }
        let flow = ReplayFlow(settings: settings, makeKey: makeKey)
        let now = now
        let posts = posts.indices.map(shown)
        let isReplayed = try transact { transaction in
            switch request.subject {
            case .inbound: try flow.replayInbound(request, rereading: nil, at: now, in: transaction)
            case .outgoing: try flow.replayOutgoing(request, posts: posts, at: now, in: transaction)
            }
        }
        if isReplayed { replays += 1 }
        // What was quarantined said nothing until now.
        if case .inbound(let id) = request.subject, isReplayed, let record = store.contents.inbound.all.first(where: { $0.id == id }) {
            noteReport(record.event)
        }
    }
}
