/// Makes a fault of setting up an account out of a call of the control API: `step` (`token`, `account`, `numbers`, `subscribe`,
/// `register`, `exchange`), `kind` (`error` with `code`, `text` and `transient`; `page` with `status`; `drop`, `acceptThenDrop`, `hang`),
/// `times` and `skipping`.
struct ControlAccountFault {
    let lab: Lab

    /// - Throws: `LabError` for what does not exist.
    func plan(_ kind: String, on step: MetaAccountFault.Step, _ arguments: LabJSON) throws {
        let numbers = ControlFault(lab: lab)
        let fault: MetaAccountFault.Kind? =
            switch kind {
            case "error":
                .error(
                    MetaError(
                        code: numbers.count("code", arguments, 2), isTransient: arguments["transient"]?.isTruthy ?? false,
                        details: arguments["text"]?.string))
            case "page": .page(numbers.httpStatus(arguments))
            case "drop": .drop
            case "acceptThenDrop": .acceptThenDrop
            case "hang": .hang
            default: nil
            }
        guard let fault else { throw LabError("Setting up an account knows no fault \(kind).") }
        lab.meta.plan(
            MetaAccountFault(fault, on: step, skipping: numbers.count("skipping", arguments, 0), times: numbers.count("times", arguments, 1)))
    }
}

/// Changes what Meta knows of the account: `number` with any of `registered`, `pin` (an empty one for none), `verified`, `businessApp` and
/// `quality`; and `scopes`, the permissions of the access token.
struct ControlAccount {
    let lab: Lab

    /// - Throws: `LabError` for a number that does not exist, and for a PIN that is none.
    func change(_ arguments: LabJSON) throws {
        if let scopes = arguments["scopes"]?.strings { lab.meta.tokenScopes[lab.configuration.accessToken] = Set(scopes) }
        guard let id = arguments["number"]?.string else { return }
        guard let index = lab.meta.allNumbers.firstIndex(where: { $0.id == id }) else { throw LabError("There is no number \(id).") }
        var number = lab.meta.allNumbers[index]
        if let isRegistered = arguments["registered"] { number.registration.isRegistered = isRegistered.isTruthy }
        if let isVerified = arguments["verified"] { number.registration.isVerified = isVerified.isTruthy }
        if let isOnBusinessApp = arguments["businessApp"] { number.registration.isOnBusinessApp = isOnBusinessApp.isTruthy }
        if let quality = arguments["quality"]?.string { number.registration.quality = quality }
        if let pin = arguments["pin"]?.string {
            guard pin.isEmpty || MetaRegistration.isPIN(pin) else { throw LabError("A PIN has six digits.") }
            number.registration.pin = pin.isEmpty ? nil : pin
        }
        lab.meta.allNumbers[index] = number
    }
}
