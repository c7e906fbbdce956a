*** Settings ***
Documentation       The project's apps on an emulated STM32F4DISCOVERY. `./mcuai robot-images --board stm32f4-discovery` builds
...                 what they run, and computes on the host what they must say.
Resource            ${CURDIR}/images/stm32f4-discovery/expected.resource
Resource            ${CURDIR}/apps.resource
Resource            ${CURDIR}/stm32.resource

*** Variables ***
${BOARD}            stm32f4-discovery
${UART}             sysbus.usart2
@{LEDS}             gpioPortD.greenLed  gpioPortD.orangeLed  gpioPortD.redLed  gpioPortD.blueLed
${BUTTON}           gpioPortA.userButton
${FLASH}            spi2.spiFlash

*** Keywords ***
Clock And Console Should Be Set Up
    Load App                        inference
    App Should Start
    # RM0090, 7.3 (RCC), 3.9 (FLASH): 8 MHz / M * N / P, source HSE; APB1 has a quarter.
    ${pll}=                         Word At  0x40023804
    ${clock}=                       Evaluate  8e6 / (${pll} & 63) * (${pll} >> 6 & 511) / ((${pll} >> 16 & 3) * 2 + 2)
    Should Be Equal As Numbers      ${clock}  168e6
    Field Should Be                 0x40023804  22  1  1
    Field Should Be                 0x40023808  2  2  2
    Field Should Be                 0x40023808  4  4  0
    Field Should Be                 0x40023808  10  3  5
    Field Should Be                 0x40023C00  0  4  5
    Divider Should Give The Baud Rate   42e6  0x40004408
    Field Should Be                 0x40023840  17  1  1
    Pin Should Have Function        0x40020000  2  7
    Pin Should Have Function        0x40020000  3  7

Console Should Keep Its Rate Without The PLL
    Load App                        inference
    # The switch to it never comes: 16 MHz, of which APB1 has a quarter.
    Bits Should Never Come          rcc  0x08  0xC
    App Should Start
    Divider Should Give The Baud Rate   4e6  0x40004408

*** Test Cases ***
Inference Gives The Bytes Of The Host
    Inference Should Give The Bytes Of The Host

A Story Is Told As On The Host
    Story Should Be Told As On The Host

Keywords Are Heard In A Recording And Light LEDs
    Keywords Should Be Heard And Light LEDs

A Machine's Vibration Is Judged As On The Host
    Vibration Should Be Judged As On The Host

A Pack With Damaged Weights Is Refused
    Damaged Weights Should Be Refused

A Pack With A Damaged Manifest Is Refused
    Damaged Manifest Should Be Refused

The Button Stops And Starts Listening
    Button Should Stop And Start Listening

The Button Has Another Story Told
    Button Should Have Another Story Told

A Story Is Told From The Flash Chip
    Story Should Be Told From The Flash Chip

A Damaged Flash Chip Is Noticed
    Damaged Flash Chip Should Be Noticed

The Clock And The Console Are Set Up
    Clock And Console Should Be Set Up

The Console Keeps Its Rate Without The PLL
    Console Should Keep Its Rate Without The PLL
