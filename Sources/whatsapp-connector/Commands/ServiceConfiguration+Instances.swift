import AppService
import ArgumentParser

extension ServiceConfiguration {
    /// The instances that an `--instance` option names: the one, or all without it. Case does not count.
    ///
    /// - Throws: `ValidationError` if there is none of that name.
    func instances(named name: String?) throws -> [InstanceConfiguration] {
        guard let name else { return instances }
        let wanted = name.lowercased()
        guard let instance = instances.first(where: { $0.address.description.lowercased() == wanted }) else {
            let known = instances.prefix(5).map(\.address.description).joined(separator: ", ") + (instances.count > 5 ? ", and others" : "")
            throw ValidationError("There is no instance \(Setting.quoted(name)) in the configuration, which has \(known)")
        }
        return [instance]
    }
}
