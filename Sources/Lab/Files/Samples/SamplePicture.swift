/// A landscape: sky, sun and two hills.
struct SamplePicture: Sendable {
    struct Colour: Sendable, Equatable {
        var red: UInt8
        var green: UInt8
        var blue: UInt8

        /// Luminance, blue and red difference as JPEG wants them (ITU-T T.871).
        var luminance: Double { 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) }
        var blueDifference: Double { 128 + (Double(blue) - luminance) / 1.772 }
        var redDifference: Double { 128 + (Double(red) - luminance) / 1.402 }
    }

    var width: Int
    var height: Int
    /// How far the sun has moved to the right, 0 to 1.
    var moment = 0.25

    func colour(_ x: Int, _ y: Int) -> Colour {
        let across = Double(x) / Double(width)
        let down = Double(y) / Double(height)
        // Parabolas are hills enough.
        let near = 0.72 + 0.9 * (across - 0.25) * (across - 0.25)
        let far = 0.58 + 0.6 * (across - 0.75) * (across - 0.75)
        if down > near { return Colour(red: 58, green: 125, blue: 68) }
        if down > far { return Colour(red: 96, green: 158, blue: 110) }
        let sunAcross = (across - 0.15 - 0.7 * moment) * Double(width) / Double(height)
        if sunAcross * sunAcross + (down - 0.3) * (down - 0.3) < 0.011 { return Colour(red: 255, green: 214, blue: 92) }
        func blend(_ from: Double, _ to: Double) -> UInt8 { UInt8(from + (to - from) * min(down / 0.7, 1)) }
        return Colour(red: blend(104, 252), green: blend(170, 224), blue: blend(232, 190))
    }
}
