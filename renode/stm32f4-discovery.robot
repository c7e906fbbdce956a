*** Settings ***
Documentation       The project's apps on an emulated STM32F4DISCOVERY. `./mcuai robot-images --board stm32f4-discovery` builds
...                 what they run, and computes on the host what they must say.
Resource            ${CURDIR}/images/stm32f4-discovery/expected.resource

*** Variables ***
${SCRIPT}           ${CURDIR}/stm32f4-discovery.resc
${IMAGES}           ${CURDIR}/images/stm32f4-discovery
${UART}             sysbus.usart2
# Seconds of virtual time. The longest of these runs takes less than one.
${PATIENCE}         10

*** Keywords ***
Load App
    [Arguments]                     ${app}
    Execute Command                 $bin=@${IMAGES}/${app}/image.elf
    Execute Command                 $inputs=@${IMAGES}/${app}/inputs.bin
    Execute Command                 include @${SCRIPT}
    Create Terminal Tester          ${UART}  timeout=${PATIENCE}  defaultPauseEmulation=true

Address Of
    [Arguments]                     ${symbol}
    ${text}=                        Execute Command  sysbus GetSymbolAddress "${symbol}"
    ${address}=                     Evaluate  int($text, 16)
    RETURN                          ${address}

Flip Byte
    [Arguments]                     ${address}
    ${text}=                        Execute Command  sysbus ReadByte ${address}
    ${byte}=                        Evaluate  int($text, 16) ^ 0xFF
    Execute Command                 sysbus WriteByte ${address} ${byte}

Line Should Come
    [Arguments]                     ${pattern}
    Wait For Line On Uart           ^${pattern}\\s*$  treatAsRegex=true

Only This Should Be Lit
    [Arguments]                     ${lit}
    FOR  ${number}  ${led}  IN ENUMERATE  greenLed  orangeLed  redLed  blueLed
        ${state}=                   Execute Command  gpioPortD.${led} State
        ${expected}=                Evaluate  str(${number} == ${lit})
        Should Be Equal             ${state.strip()}  ${expected}
    END

App Should End Well
    Line Should Come                mcuai status 0 ok
    Line Should Come                mcuai done

*** Test Cases ***
Inference Gives The Bytes Of The Host
    Load App                        inference
    Start Emulation
    FOR  ${output}  IN  @{INFERENCE_OUTPUTS}
        Line Should Come            mcuai output ${output}
    END
    App Should End Well

A Story Is Told As On The Host
    Load App                        story
    Start Emulation
    FOR  ${piece}  IN  @{STORY_PIECES}
        Line Should Come            mcuai text ${piece}
    END
    App Should End Well

Keywords Are Heard In A Recording And Light LEDs
    Load App                        keywords
    Start Emulation
    FOR  ${event}  ${lit}  IN ZIP  ${KEYWORD_EVENTS}  ${KEYWORD_LEDS}
        Line Should Come            mcuai event ${event}
        Only This Should Be Lit     ${lit}
    END
    App Should End Well

A Pack With Damaged Weights Is Refused
    Load App                        inference
    ${begin}=                       Address Of  mcuai_pack_begin
    ${end}=                         Address Of  mcuai_pack_end
    # The weights are the pack's end, and most of it.
    ${middle}=                      Evaluate  (${begin} + ${end}) // 2
    Flip Byte                       ${middle}
    Start Emulation
    Line Should Come                mcuai status -10 a shard of the pack is damaged: its checksum does not match
    Line Should Come                mcuai done

A Pack With A Damaged Manifest Is Refused
    Load App                        inference
    ${begin}=                       Address Of  mcuai_pack_begin
    # Behind the header of 64 bytes.
    ${manifest}=                    Evaluate  ${begin} + 80
    Flip Byte                       ${manifest}
    Start Emulation
    Line Should Come                mcuai status -5 the pack's manifest is damaged
    Line Should Come                mcuai done

The Button Is Read At Its Pin
    Load App                        inference
    ${up}=                          Execute Command  sysbus ReadDoubleWord 0x40020010
    Execute Command                 gpioPortA.userButton Press
    # The edge comes in virtual time.
    Execute Command                 emulation RunFor "0.0001"
    ${down}=                        Execute Command  sysbus ReadDoubleWord 0x40020010
    ${change}=                      Evaluate  int($up, 16) ^ int($down, 16)
    Should Be Equal As Integers     ${change}  1
