import Lab
import PbxManagerPlugin

extension LabScript {
    /// What the PBX Manager offers to its plugins: our stand-in for the SDK's scripts.
    static let sdk = BrowserFiles.sdkNames.compactMap { name in BrowserFiles.settings(name).map { LabScript(name: name, bytes: $0.bytes) } }
}
