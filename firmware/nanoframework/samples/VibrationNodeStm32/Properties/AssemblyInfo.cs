using System.Reflection;

[assembly: AssemblyTitle("McuAi.Samples.VibrationNodeStm32")]
[assembly: AssemblyCompany("The McuAi authors")]
[assembly: AssemblyProduct("McuAi")]
[assembly: AssemblyCopyright("The McuAi authors")]
[assembly: AssemblyVersion("0.1.0.0")]
