import Lab

extension LabConfiguration {
    /// A lab for `CrashLoad`, a little slow, so that there is always something under way.
    /// - Parameter customers: Enough of them that nobody gets more answers than the connector sends to one person (WhatsApp, Limits).
    static func crashLoad(customers: Int = 24, colleagues: Int = 4) -> LabConfiguration {
        var configuration = LabConfiguration()
        configuration.customers = (0..<customers).map { index in
            let (key, name, phone, userID) = ("c\(index)", "Customer \(index)", "4917699\(1_000 + index)", "DE.55501002\(1_000 + index)")
            return switch index % 3 {
            case 0: .phoneOnly(key, name: name, phone: phone)
            case 1: .usernameWithPhone(key, name: name, username: key, phone: phone, userID: userID)
            default: .usernameWithoutPhone(key, name: name, username: key, userID: userID)
            }
        }
        configuration.colleagues = (0..<colleagues).map { ConnectUser(sip: "colleague\($0)", dn: "Colleague \($0)", groups: ["support"]) }
        configuration.pbxOptions.reconnectDelay = 50
        configuration.pbxOptions.longestReconnectDelay = 100
        configuration.connectOptions.answerDelay = 10
        configuration.metaOptions.answerDelay = 20
        configuration.metaOptions.ladder = [.init("sent", after: 50), .init("delivered", after: 100), .init("read", after: 300)]
        configuration.metaOptions.retryDelays = [0, 50, 100, 200]
        configuration.metaOptions.maximumInFlight = max(4, customers / 6)
        return configuration
    }
}
