public import Protocol

/// What became of fetching a file from Meta.
public enum GraphDownload: Sendable, Equatable {
    /// The whole file is there: its content type as the answer had it, maybe with parameters, and its length from the beginning.
    case complete(contentType: String?, bytes: Int64)
    /// The address is valid no more: describe the media ID again.
    case urlExpired
    /// The access token is refused: the account's queue stops.
    case tokenRefused(GraphError)
    /// Meta has the file no more, or the account may not see it.
    case gone
    /// The file is longer than allowed.
    case tooLarge
    /// The file is shorter than what is there already, so it is another one: begin anew.
    case changed
    /// The address, or one that it points to, is not Meta's: nothing was asked there.
    case notAllowed
    /// Meta refused for another reason, and will again.
    case refused(GraphError)
    /// It may work later, from where it stopped. The phrase says what happened.
    case temporary(String)
}

extension GraphError {
    /// Whether it says that the access token is expired or invalid (WhatsApp Cloud API, 3.5).
    public var isTokenRefusal: Bool { code == 190 || code == 0 }

    /// Whether it says that an object is not there any more, or not to be seen by the account (WhatsApp Cloud API, 6.2).
    public var isMissingObject: Bool { code == 33 || code == 803 || code == 100 && subcode == 33 }

    /// Whether the same call may succeed later: it says so, or Meta is overloaded, or too much was asked of it (WhatsApp Cloud API, 3.5).
    public var isPassing: Bool {
        isTransient || [1, 2, 4, 17, 32, 613, 80_007, 130_429, 131_000, 131_016, 131_057, 133_004].contains(code)
    }
}
