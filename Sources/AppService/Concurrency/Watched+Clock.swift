package import Bridge

extension Watched {
    /// Returns once the value was changed after it had the given version, when the clock shows `moment`, or when the task is cancelled;
    /// with nil, only the first and the last.
    package func wait(since version: Int, until moment: Moment?, clock: any WallClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.changed(since: version) }
            if let moment { group.addTask { try? await clock.sleep(until: moment) } }
            await group.next()
            group.cancelAll()
        }
    }
}
