import Protocol

/// Where a number stands with the Cloud API, and so whether it may be registered (WhatsApp Cloud API, 5.3 and 5.4).
enum NumberStanding: Equatable {
    /// It can send and receive. A number that is in use in the WhatsApp Business app too is such a one, and must never be registered again.
    case registered
    /// It waits to be registered.
    case unregistered
    /// It can neither be used nor be registered now; the sentence says what to do.
    case unusable(String)

    init(_ number: GraphPhoneNumber) {
        switch number.status {
        case "BANNED":
            self = .unusable("Meta has banned this number. Please look into WhatsApp Manager for the reason, and appeal there.")
            return
        case "DELETED", "MIGRATED":
            self = .unusable("This number does not belong to the account any more. Please look for it in WhatsApp Manager.")
            return
        default: break
        }
        let isDisconnected = number.status == "DISCONNECTED" || number.status == "UNVERIFIED"
        if number.isOnBusinessApp == true {
            self =
                isDisconnected
                ? .unusable(
                    "This number is used in the WhatsApp Business app, and is not connected there any more. Please connect it again in the app.")
                : .registered
            return
        }
        switch (number.platform, number.status) {
        case _ where isDisconnected, ("NOT_APPLICABLE", _), ("ON_PREMISE", _): self = .unregistered
        // What is in review is registered already; only the name is not settled yet.
        case ("CLOUD_API", _): self = .registered
        case (_, nil), (_, "PENDING"): self = .unregistered
        default: self = .registered
        }
    }
}
