using McuAi.HostTools.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>Uses of types of this and of other assemblies that fail on a device are found, and their like that run are not.
/// </summary>
[TestClass]
public sealed class PlantedUseTests
{
    private const string Others = "public struct Pair { public int A; } public enum Level { Low, High } public class Thing { } " +
        "public delegate int Op(int a);";

    [TestMethod]
    [DataRow("struct T { System.Numerics.Vector3 v; }", "Planted: T.v is a structure in a structure, which breaks")]
    [DataRow("struct T { System.Guid g; }", "Planted: T.g is a structure in a structure, which breaks")]
    [DataRow("struct T { Pair p; }", "Planted: T.p is a structure in a structure, which breaks")]
    [DataRow("class C { void M(Op f) { f.BeginInvoke(1, null, null); } }",
        "Planted: C.M at IL_0004 calls BeginInvoke of a delegate")]
    [DataRow("class C { int M(Op f) => f.EndInvoke(null); }", "Planted: C.M at IL_0002 calls EndInvoke of a delegate")]
    [DataRow("delegate void D(); class C { void M(D f) { f.BeginInvoke(null, null); } }",
        "Planted: C.M at IL_0003 calls BeginInvoke of a delegate")]
    [DataRow("delegate void D(); class C { void M(D f) { f.EndInvoke(null); } }",
        "Planted: C.M at IL_0002 calls EndInvoke of a delegate")]
    [DataRow("enum E { A } class C { string M(E e) => e.ToString(); }", "Planted: C.M at IL_0002 makes text of the enum E,")]
    [DataRow("enum E { A } class C { string M(E e) => ((object)e).ToString(); }",
        "Planted: C.M at IL_0001 makes text of the enum E,")]
    [DataRow("enum E { A } class C { string M(E e) => \"e \" + e; }", "makes text of the enum E,")]
    [DataRow("enum E { A } class C { string M(E e) => string.Concat(e, this); }", "makes text of the enum E,")]
    [DataRow("enum E { A } class C { string M(E e, int i) => $\"{e} {i} {i,4}\"; }", "makes text of the enum E,")]
    [DataRow("enum E { A } class C { string M(E e, int i) => $\"{i} {i,4} {e,4}\"; }", "makes text of the enum E,")]
    [DataRow("class C { string M(Level e) => string.Format(\"{0}\", e); }", "makes text of the enum Level,")]
    [DataRow("class C { string M(System.IO.SeekOrigin e) => e.ToString(); }", "makes text of the enum System.IO.SeekOrigin,")]
    [DataRow("enum E { A } class C { void M(E e, System.Text.StringBuilder b) { b.Append(e); } }", "makes text of the enum E,")]
    public void AUseThatFailsOnADeviceIsFound(string source, string expected) => PlantedFaultTests.Contains(Check(source), expected);

    [TestMethod]
    [DataRow("struct T { System.DateTime d; System.TimeSpan s; int i; float f; Level l; Thing t; Pair[] p; static Pair q; }")]
    [DataRow("class C { Pair p; System.Guid g; System.Numerics.Vector3 v; }")]
    [DataRow("class C { int M(Op f) => f(1) + f.Invoke(2); }")]
    [DataRow("class D { public void BeginInvoke() { } public void EndInvoke() { } } " +
        "class C { void M(D d) { d.BeginInvoke(); d.EndInvoke(); } }")]
    [DataRow("enum E { A } class C { string M(E e) => ((int)e).ToString() + (int)e + $\"{(int)e} {e:D}\"; }")]
    [DataRow("enum E { A } class C { bool M(E e) => e.Equals(E.A) && e.GetHashCode() == 3; }")]
    [DataRow("enum E { A } class C { object M(E e, int i) { object o = e; string s = i.ToString(); return o == s ? o : s; } }")]
    [DataRow("enum E { A } class C { string F(object o) => \"f\"; string M(E e) => string.Concat(F(e), \"g\"); }")]
    [DataRow("class C { string M(Level e) => e == Level.Low ? \"low\" : \"high\"; }")]
    public void ItsLikeThatRunsIsNot(string source) => Assert.AreEqual("", string.Join('\n', Check(source)));

    /// <summary>A device compares major and minor.</summary>
    [TestMethod]
    [DataRow("1.16.0.0", "Planted refers to Other 1.16, and a device that has 1.17 does not load it;")]
    [DataRow("2.17.11.0", "Planted refers to Other 2.17, and a device that has 1.17 does not load it;")]
    [DataRow("1.17.3.4", "")]
    public void AnotherVersionIsFound(string version, string expected)
    {
        byte[] planted = DeviceCompiler.Compile("class C { int M(Op f) => f(1); }", references: [Other(version)]);
        Assert.AreEqual(expected, string.Join('\n', DeviceCompiler.CheckWith(Other("1.17.11.0"), planted)
            .Select(finding => $"{finding.Place} {finding.What};")));
    }

    private static IReadOnlyList<Finding> Check(string source)
    {
        byte[] other = Other("1.0.0.0");
        return DeviceCompiler.CheckWith(other, DeviceCompiler.Compile(source, references: [other]));
    }

    private static byte[] Other(string version) =>
        DeviceCompiler.Compile($"[assembly: System.Reflection.AssemblyVersion(\"{version}\")] {Others}", "Other");
}
