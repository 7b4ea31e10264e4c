import Foundation
import Lab

extension LabConfiguration {
    /// Customers of all kinds and a few colleagues, with a PBX, Connect and Meta that are a little slow.
    static var crashLoad: LabConfiguration {
        var configuration = LabConfiguration()
        configuration.customers = (0..<24).map { index in
            let (key, name, phone, userID) = ("c\(index)", "Customer \(index)", "4917699\(1_000 + index)", "DE.55501002\(1_000 + index)")
            return switch index % 3 {
            case 0: .phoneOnly(key, name: name, phone: phone)
            case 1: .usernameWithPhone(key, name: name, username: key, phone: phone, userID: userID)
            default: .usernameWithoutPhone(key, name: name, username: key, userID: userID)
            }
        }
        configuration.colleagues = ["anna", "ben", "cleo", "dora"].map { ConnectUser(sip: $0, dn: $0.capitalized, groups: ["support"]) }
        configuration.pbxOptions.reconnectDelay = 50
        configuration.pbxOptions.longestReconnectDelay = 100
        // A little slow, so that there is always something under way.
        configuration.connectOptions.answerDelay = 10
        configuration.metaOptions.answerDelay = 20
        configuration.metaOptions.ladder = [.init("sent", after: 50), .init("delivered", after: 100), .init("read", after: 300)]
        configuration.metaOptions.retryDelays = [0, 50, 100, 200]
        configuration.metaOptions.maximumInFlight = 4
        return configuration
    }
}
