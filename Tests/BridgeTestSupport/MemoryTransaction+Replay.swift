import Bridge

extension MemoryTransaction {
    func webhook(_ id: StoredWebhook.ID) -> StoredWebhook? { contents.webhooks.find(id) }

    func insertReplayRequest(_ subject: ReplaySubject, webhook: StoredWebhook.ID?) throws {
        try change { contents in
            guard !contents.replayRequests.contains(where: { $0.subject == subject }) else { return }
            contents.lastReplayRequest += 1
            let id = ReplayRequest.ID(rawValue: contents.lastReplayRequest)
            contents.replayRequests.append(ReplayRequest(id: id, subject: subject, webhook: webhook))
        }
    }

    func replayRequests(for half: ReplaySubject.Half, after: ReplayRequest.ID?, limit: Int) -> [ReplayRequest] {
        let requests = contents.replayRequests.filter { request in
            request.subject.half == half && after.map { $0 < request.id } ?? true
        }
        return Array(requests.prefix(max(0, limit)))
    }

    func finishReplayRequest(_ id: ReplayRequest.ID) throws {
        try change { contents in contents.replayRequests.removeAll { $0.id == id } }
    }
}
