/// The rules of the house: which module may know which, and where the outside world may be let in.
enum House {
    /// For every module below the command line, the modules of ours that it may know; from the ground up.
    static let arrows: [String: Set<String>] = [
        "Protocol": [],
        "Transport": [],
        "Bridge": ["Protocol"],
        "AppService": ["Bridge", "Transport", "Protocol"],
        "Lab": ["Transport", "Protocol"],
        "PbxManagerPlugin": ["AppService", "Bridge", "Transport", "Protocol"],
        "SharedService": ["AppService", "Bridge", "Transport", "Protocol"],
        "whatsapp-connector": ["PbxManagerPlugin", "SharedService", "Lab", "AppService", "Bridge", "Transport", "Protocol"],
    ]

    /// Modules that do no input and output, and what of the packages they may use nevertheless.
    static let pure: [String: Set<String>] = [
        "Protocol": ["Crypto"],
        "Bridge": [],
    ]

    /// Modules of the toolchain that every module may use. FoundationNetworking is not among them.
    static let toolchain: Set<String> = [
        "Swift", "Darwin", "Musl", "Foundation", "FoundationEssentials", "FoundationInternationalization", "Dispatch", "Glibc", "Synchronization",
        "RegexBuilder",
        "Testing", "XCTest", "_Concurrency", "_StringProcessing",
    ]

    /// Everything that breaks a rule, one sentence each; empty if all is well.
    static func violations(manifest: PackageManifest, imports: [SourceImport]) -> [String] {
        manifest.targets.flatMap { violations(of: $0) } + imports.flatMap { violations(of: $0, in: manifest) }
    }

    private static func violations(of target: PackageManifest.Target) -> [String] {
        guard target.kind != .test, target.path == nil else { return [] }
        guard let allowed = arrows[target.name] else { return ["\(target.name) is not in the house"] }
        let arrows = target.targetDependencies.filter { !allowed.contains($0) }.map { "\(target.name) must not depend on \($0)" }
        let products = pure[target.name].map { pure in
            target.productDependencies.filter { !pure.contains($0) }.map {
                "\(target.name) must not depend on \($0), because it does no input and output"
            }
        }
        return arrows + (products ?? [])
    }

    private static func violations(of source: SourceImport, in manifest: PackageManifest) -> [String] {
        guard source.module != "FoundationNetworking" else { return ["\(source.file) imports FoundationNetworking"] }
        if toolchain.contains(source.module) { return [] }
        guard let target = manifest.target(ofFile: source.file) else { return ["\(source.file) belongs to no target"] }
        let own = manifest.targets.first { $0.moduleName == source.module }
        if let own {
            if target.kind != .test, target.path == nil, arrows[target.name]?.contains(own.name) != true {
                return ["\(source.file) must not import \(source.module)"]
            }
            return target.targetDependencies.contains(own.name)
                ? [] : ["\(source.file) imports \(source.module), which \(target.name) does not declare"]
        }
        return target.productDependencies.contains(source.module)
            ? [] : ["\(source.file) imports \(source.module), which \(target.name) does not declare"]
    }
}
