import Protocol

/// What a handover must be before anything is done with it.
enum HandoverRules {
    /// - Parameters:
    ///   - account: the account that a number was to be added to; nil for any
    ///   - mode: how notifications were to come
    static func check(_ handover: Handover, for account: String?, mode: Pairing.Mode) throws(PairingFailure) {
        if let account, handover.account != account {
            throw .handover(
                """
                The number was added to the WhatsApp Business Account \(MetaQuotation.plain(handover.account, upTo: 40)), not to \(account). \
                Please start again, and choose the right account in Meta's dialog.
                """)
        }
        guard handover.mode == mode else {
            throw .handover(
                "The shared service does not deliver notifications as sharedServiceMode asks. Please tell its operator, or change that key.")
        }
        let isProof = handover.appSecretProof.map { $0.utf8.count == 64 && $0.utf8.allSatisfy(isHexadecimal) } ?? true
        guard PairingClient.isID(handover.binding), (1...RelaySignature.longestKeyID).contains(handover.relay.keyID.utf8.count),
            PairingClient.isID(handover.relay.keyID), Base64URL.bytes(handover.relay.key)?.count == Pairing.randomBytes, isProof,
            handover.numbers.count <= 100
        else { throw .unreadable }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
