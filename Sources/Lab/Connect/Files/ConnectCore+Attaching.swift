/// Something that happens in the simulated Connect by itself, at a planned moment.
enum ConnectEvent: Sendable, Equatable {
    /// The files of a post that was there before.
    case filesArrived([ConnectIncomingFile], of: UInt64)
}

extension ConnectCore {
    /// Takes the files that `attach` names out of their buffers: all of them or, with nil, none.
    mutating func attachedFiles(_ attach: String?, _ now: Int64) -> [ConnectIncomingFile]? {
        guard let attach, !attach.isEmpty else { return [] }
        dropUnusedBuffers(now)
        var taken: [UInt64: ConnectIncomingFile] = [:]
        var order: [UInt64] = []
        for url in attach.split(separator: " ") {
            guard let url = ConnectFileName.percentDecoded(url), let id = buffer(at: url), taken[id] == nil,
                case .full(let file) = files.buffers[id]?.content
            else { return nil }
            taken[id] = file
            order.append(id)
        }
        for id in order { files.buffers[id] = nil }
        return order.compactMap { taken[$0] }
    }
}
