import Bridge

extension MemoryTransaction {
    func markRestored(madeAt moment: Moment) throws {
        let held = contents.holdingOutgoing.values.flatMap(\.all).sorted()
        for id in held {
            guard var message = contents.outgoing.find(id) else { continue }
            message.state = .held(.restored)
            message.changedAt = moment
            try updateOutgoing(message)
        }
        for task in contents.tasks.all where task.state == .queued && !task.isUpdate {
            var task = task
            task.state = .posting
            try updateTask(task)
        }
        try change { contents in
            contents.restoration = Restoration(
                webhooks: RowID(rawValue: Int64(contents.webhooks.all.count)),
                events: RowID(rawValue: Int64(contents.inbound.all.count)),
                discussions: RowID(rawValue: Int64(contents.discussions.all.count)),
                tasks: RowID(rawValue: Int64(contents.tasks.all.count)),
                madeAt: moment
            )
            contents.restoredZones = Set(contents.cursors.keys)
            contents.replayRequests = []
        }
    }

    func restoration() -> Restoration? { contents.restoration }

    func isRestored(_ zone: Zone) -> Bool { contents.restoredZones.contains(zone) }

    func finishRestoration(of zone: Zone) throws {
        try change { _ = $0.restoredZones.remove(zone) }
    }
}

extension PostTask {
    fileprivate var isUpdate: Bool {
        if case .update = place { true } else { false }
    }
}
