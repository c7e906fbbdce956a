*** Settings ***
Documentation       The project's apps on an emulated B-L072Z-LRWAN1. `./mcuai robot-images --board b-l072z-lrwan1` builds
...                 what they run, and computes on the host what they must say.
Resource            ${CURDIR}/images/b-l072z-lrwan1/expected.resource
Resource            ${CURDIR}/apps.resource
Resource            ${CURDIR}/stm32.resource

*** Variables ***
${BOARD}            b-l072z-lrwan1
${UART}             sysbus.usart2
@{LEDS}             gpioPortA.firstLed  gpioPortB.greenLed  gpioPortB.blueLed  gpioPortB.redLed
${BUTTON}           gpioPortB.userButton

*** Keywords ***
Clock And Console Should Be Set Up
    Load App                        inference
    App Should Start
    # RM0376, 7.3 (RCC), 6.4 (PWR), 3.7 (FLASH): 16 MHz * 4 / 2, source HSI16; the buses have all of it.
    Field Should Be                 0x4002100C  2  2  3
    Field Should Be                 0x4002100C  4  10  0
    Field Should Be                 0x4002100C  16  1  0
    Field Should Be                 0x4002100C  18  4  1
    Field Should Be                 0x4002100C  22  2  1
    Field Should Be                 0x40007000  11  2  1
    Field Should Be                 0x40022000  0  2  3
    Divider Should Give The Baud Rate   32e6  0x4000440C
    Field Should Be                 0x40021038  17  1  1
    Pin Should Have Function        0x50000000  2  4
    Pin Should Have Function        0x50000000  3  4

Console Should Keep Its Rate Without The PLL
    Load App                        inference
    # The switch to it never comes: the multispeed oscillator of reset.
    Bits Should Never Come          rcc  0x0C  0xC
    App Should Start
    Divider Should Give The Baud Rate   2097152  0x4000440C

*** Test Cases ***
Inference Gives The Bytes Of The Host
    Inference Should Give The Bytes Of The Host

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

The Clock And The Console Are Set Up
    Clock And Console Should Be Set Up

The Console Keeps Its Rate Without The PLL
    Console Should Keep Its Rate Without The PLL
