using System.Reflection;

[assembly: AssemblyTitle("McuAi.NanoFramework")]
[assembly: AssemblyCompany("The McuAi authors")]
[assembly: AssemblyProduct("McuAi")]
[assembly: AssemblyCopyright("The McuAi authors")]
[assembly: AssemblyVersion("0.1.0.0")]

// The version of native/: raise it whenever the table of native methods changes.
[assembly: AssemblyNativeVersion("0.1.0.0")]
