*** Settings ***
Documentation       The project's apps on an emulated B-L072Z-LRWAN1. `./mcuai robot-images --board b-l072z-lrwan1` builds
...                 what they run, and computes on the host what they must say.
Resource            ${CURDIR}/images/b-l072z-lrwan1/expected.resource
Resource            ${CURDIR}/apps.resource

*** Variables ***
${BOARD}            b-l072z-lrwan1
${UART}             sysbus.usart2
@{LEDS}             gpioPortA.firstLed  gpioPortB.greenLed  gpioPortB.blueLed  gpioPortB.redLed
${BUTTON}           gpioPortB.userButton

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
