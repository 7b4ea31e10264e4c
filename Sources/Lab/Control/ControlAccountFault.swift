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

/// Changes what Meta knows of the account: `number` with any of `name`, `registered`, `pin` (an empty one for none), `verified`,
/// `businessApp` and `quality`; `numbers`, how many there are in all; `customer` with the `profile`
/// name to have from now on; and `scopes`, the permissions of the access token.
struct ControlAccount {
    let lab: Lab

    /// - Throws: `LabError` for a number that does not exist, and for a PIN that is none.
    func change(_ arguments: LabJSON) throws {
        if let scopes = arguments["scopes"]?.strings { lab.meta.tokenScopes[lab.configuration.accessToken] = Set(scopes) }
        if let count = arguments["numbers"]?.integer { try grow(to: count) }
        if let key = arguments["customer"]?.string { try rename(key, arguments) }
        guard let id = arguments["number"]?.string else { return }
        guard let index = lab.meta.numbers.firstIndex(where: { $0.id == id }) else { throw LabError("There is no number \(id).") }
        var number = lab.meta.numbers[index]
        if let name = arguments["name"]?.string { number.verifiedName = name }
        if let isRegistered = arguments["registered"] { number.registration.isRegistered = isRegistered.isTruthy }
        if let isVerified = arguments["verified"] { number.registration.isVerified = isVerified.isTruthy }
        if let isOnBusinessApp = arguments["businessApp"] { number.registration.isOnBusinessApp = isOnBusinessApp.isTruthy }
        if let quality = arguments["quality"]?.string { number.registration.quality = quality }
        if let pin = arguments["pin"]?.string {
            guard pin.isEmpty || MetaRegistration.isPIN(pin) else { throw LabError("A PIN has six digits.") }
            number.registration.pin = pin.isEmpty ? nil : pin
        }
        lab.meta.numbers[index] = number
    }

    private func rename(_ key: String, _ arguments: LabJSON) throws {
        guard let index = lab.meta.customers.firstIndex(where: { $0.key == key }) else { throw LabError("There is no customer \(key).") }
        guard let name = arguments["profile"]?.string, !name.isEmpty else { throw LabError("profile is missing.") }
        lab.meta.customers[index].name = name
    }

    /// Adds numbers like the first, each with an ID and a display number of its own.
    private func grow(to count: Int64) throws {
        guard let first = lab.meta.numbers.first, (1...100).contains(count) else { throw LabError("numbers must be 1 to 100.") }
        var numbers = lab.meta.numbers
        while numbers.count < count {
            var number = first
            let index = numbers.count
            number.id = "\((Int(first.id) ?? 0) + index)"
            number.displayNumber = "\((Int(first.displayNumber) ?? 0) + index)"
            number.verifiedName = "\(first.verifiedName) \(index + 1)"
            numbers.append(number)
        }
        lab.meta.numbers = numbers
    }
}
