using System.Reflection;

[assembly: AssemblyTitle("McuAi.Samples.StoryTeller")]
[assembly: AssemblyCompany("The McuAi authors")]
[assembly: AssemblyProduct("McuAi")]
[assembly: AssemblyCopyright("The McuAi authors")]
[assembly: AssemblyVersion("0.1.0.0")]
