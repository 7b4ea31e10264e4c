import Crypto

/// The arithmetic of an AppWebsocket login, written for the lab from the protocol's description alone, so that an error
/// in the connector's own version of it makes a login fail here instead of going unnoticed (AppWebsocket, Digest).
enum AppLoginDigest {
    /// The fields of a login that its digest covers; an absent text counts as empty.
    struct Fields: Sendable, Equatable {
        var app = ""
        var domain = ""
        var sip = ""
        var guid = ""
        var dn = ""
        /// Absent is something else than an empty object.
        var info: LabJSON?
    }

    /// SHA-256 in lower-case hexadecimal over the fields, the challenge and the password, joined by colons.
    static func digest(_ fields: Fields, challenge: String, password: String) -> String {
        var parts = [fields.app, fields.domain, fields.sip, fields.guid, fields.dn]
        if let info = fields.info, info != .null { parts.append(info.text(.plain)) }
        parts += [challenge, password]
        return hash(parts.joined(separator: ":"))
    }

    /// The key that both ends of a logged-in connection know without sending it: 64 hexadecimal characters.
    static func sessionKey(challenge: String, password: String) -> String {
        hash("innovaphoneAppSessionKey:\(challenge):\(password)")
    }

    /// RC4 under `seed:sessionKey`, in lower-case hexadecimal.
    static func encrypt(_ text: String, seed: String, sessionKey: String) -> String {
        rc4(key: Array("\(seed):\(sessionKey)".utf8), data: Array(text.utf8)).hex
    }

    static func rc4(key: [UInt8], data: [UInt8]) -> [UInt8] {
        guard !key.isEmpty else { return data }
        var box = Array(UInt8.min...UInt8.max)
        var second = 0
        for first in 0..<256 {
            second = (second + Int(box[first]) + Int(key[first % key.count])) & 255
            box.swapAt(first, second)
        }
        var first = 0
        second = 0
        return data.map { byte in
            first = (first + 1) & 255
            second = (second + Int(box[first])) & 255
            box.swapAt(first, second)
            return byte ^ box[(Int(box[first]) + Int(box[second])) & 255]
        }
    }

    private static func hash(_ text: String) -> String { SHA256.hash(data: Array(text.utf8)).hex }
}
