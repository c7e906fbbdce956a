@echo off
rem Builds the tool and runs it: mcuai demo MODEL, mcuai test, mcuai --help
setlocal
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_NOLOGO=1
set DOTNET_MaxVectorTBitWidth=512
dotnet build "%~dp0host-tools" -c Release -v quiet -nologo >nul || exit /b 1
dotnet "%~dp0artifacts\bin\McuAi.HostTools\release\mcuai.dll" %*
exit /b %errorlevel%
