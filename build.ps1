#!/usr/bin/env pwsh
# Builds, tests and packs: the same commands the README names. Needs only the .NET SDK.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

function Invoke-Step([string[]] $Arguments) {
    & dotnet @Arguments
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

Invoke-Step @('build', '-c', 'Release')
Invoke-Step @('test', '-c', 'Release')
Invoke-Step @('pack', 'src/GuidedMixup', '-c', 'Release', '-o', 'artifacts')
