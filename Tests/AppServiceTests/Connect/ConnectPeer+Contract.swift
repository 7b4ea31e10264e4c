extension ConnectPeer: ContractPeer {
    convenience init(contract: ContractOptions) {
        var options = Options()
        options.moderatorIsListed = contract.hasModerator
        options.isShuffled = contract.isAwkward
        options.sendsTwice = contract.isAwkward
        options.writesIDsAsText = contract.isAwkward
        options.rootsSayZero = contract.isAwkward
        options.olderMeansStrictlyOlder = contract.isAwkward
        options.echoesBeforeResult = contract.echoesBeforeResult
        options.ignoresFilterSource = contract.ignoresFilterSource
        options.showsGuid = contract.showsGuid
        self.init(options)
    }

    func post(_ text: String, by author: String, under target: UInt64?, isPrivate: Bool, notify: [String]) throws -> UInt64 {
        post(text, by: author, under: target, in: "whatsapp", isPrivate: isPrivate, notify: notify)
    }

    func plan(_ fault: ContractFault, on mt: String) {
        switch fault {
        case .dropBefore: plan(Fault.dropBefore, on: mt)
        case .dropAfter: plan(Fault.dropAfter, on: mt)
        case .errorTrue: plan(Fault.error("true"), on: mt)
        case .errorText(let text): plan(Fault.error("\"\(text)\""), on: mt)
        case .errorNumber(let number): plan(Fault.error("\(number)"), on: mt)
        }
    }

    func dropAll() { dropConnections() }

    func setZones(_ zones: [String]) { grant(zones) }

    func take(away id: UInt64, by author: String) throws { remove(id) }

    var stored: [ContractPost] {
        posts.map {
            ContractPost(
                id: $0.id, repliesTo: $0.repliesTo, author: $0.author, text: $0.text, isPrivate: $0.isPrivate, notify: $0.notify, tags: $0.tags,
                guid: $0.guid, title: $0.title)
        }
    }

    var complaints: [String] { [] }
}
