import Lab

extension CrashBench {
    /// Waits until nothing is wrong any more, or until nothing has become better for a minute; returns what is wrong then.
    ///
    /// How long that takes follows from the load: WhatsApp takes a message every six seconds to one person.
    func settled() async throws -> CrashFindings {
        let clock = ContinuousClock()
        var best = (problems: Int.max, at: clock.now)
        while true {
            let start = clock.now
            let findings = try findings()
            if findings.problems.isEmpty, lab.meta.isIdle { return findings }
            if findings.problems.count < best.problems { best = (findings.problems.count, clock.now) }
            if best.at.duration(to: clock.now) > .seconds(60) { return findings }
            // Looking costs more the more there is; the lab, which is in this process, is to get on meanwhile.
            try await Task.sleep(for: max(.milliseconds(250), start.duration(to: clock.now) * 2))
        }
    }
}
