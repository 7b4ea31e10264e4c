#if FAULT_POINTS
    import Bridge
    import FoundationEssentials
    import Glibc

    extension MovableClock {
        /// The machine's clock, moved ahead by the milliseconds that the file holds which `CONNECTOR_FAULT_CLOCK` names; nil without that name.
        /// The file is looked at 50 times a second, for as long as the process lives.
        public static func followingFile() -> MovableClock? {
            guard let path = ProcessInfo.processInfo.environment["CONNECTOR_FAULT_CLOCK"] else { return nil }
            let clock = MovableClock()
            clock.move(by: offset(in: path))
            // Nobody's child: the clock is made before anything runs, and is needed until the process ends.
            Task.detached {
                var present = offset(in: path)
                while true {
                    try await Task.sleep(for: .milliseconds(20))
                    let next = offset(in: path)
                    if next != present { clock.move(by: next - present) }
                    present = next
                }
            }
            return clock
        }

        private static func offset(in path: String) -> Duration {
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            return .milliseconds(Int64(text.filter { $0.isNumber || $0 == "-" }) ?? 0)
        }
    }
#endif
