# The native part of McuAi.NanoFramework, for a build of nf-interpreter with NF_INTEROP_ASSEMBLIES=McuAi.NanoFramework.
#
# MCUAI_FIRMWARE  the folder firmware/ of McuAi. Not needed where this file, or InteropAssemblies/McuAi.NanoFramework, is that of
#                 firmware/nanoframework/native or a link to it.
# MCUAI_KERNELS   portable (the default), or dsp for Cortex-M4, M7 and M33, mve for M55, rv32 for RV32IMC.
# MCUAI_PACKS     .tsk files to link into the image, by their names without .tsk: for boards whose flash has no partitions.

# Variables have a prefix: this runs in the scope of whoever looks for the package.
set(MCUAI_INTEROP "McuAi.NanoFramework")

foreach(mcuai_candidate
        ${MCUAI_FIRMWARE}/nanoframework/native
        ${CMAKE_CURRENT_LIST_DIR}
        ${PROJECT_SOURCE_DIR}/InteropAssemblies/${MCUAI_INTEROP}
        ${CMAKE_SOURCE_DIR}/InteropAssemblies/${MCUAI_INTEROP})
    get_filename_component(mcuai_native ${mcuai_candidate} REALPATH)
    if(EXISTS ${mcuai_native}/managed.h AND EXISTS ${mcuai_native}/../../core/sources.cmake)
        break()
    endif()
    unset(mcuai_native)
endforeach()
if(NOT mcuai_native)
    message(FATAL_ERROR "The core of McuAi was not found: set MCUAI_FIRMWARE to the folder firmware/ of its sources.")
endif()
get_filename_component(mcuai_firmware ${mcuai_native}/../.. ABSOLUTE)
include(${mcuai_firmware}/core/sources.cmake)

# The native assemblies become one archive, all of which is linked.
set(${MCUAI_INTEROP}_SOURCES ${MCUAI_CORE_SOURCES} ${MCUAI_PORTABLE_SOURCES})
if(MCUAI_REPLACED_SOURCES)
    list(REMOVE_ITEM ${MCUAI_INTEROP}_SOURCES ${MCUAI_REPLACED_SOURCES})
endif()
foreach(mcuai_name McuAi_NanoFramework.cpp McuAi_NanoFramework_Kernels.cpp attach.c model.c spotter.c detector.c language.c mapping.c)
    list(APPEND ${MCUAI_INTEROP}_SOURCES ${mcuai_native}/${mcuai_name})
endforeach()

# Where packs are mapped from.
if(RTOS_ESP32_CHECK OR RTOS STREQUAL "ESP32" OR ESP_PLATFORM)
    list(APPEND ${MCUAI_INTEROP}_SOURCES ${mcuai_native}/mapping_esp32.c)
elseif(CMAKE_SYSTEM_NAME STREQUAL "Linux" OR CMAKE_SYSTEM_NAME STREQUAL "Darwin")
    list(APPEND ${MCUAI_INTEROP}_SOURCES ${mcuai_native}/mapping_posix.c)
else()
    include(${mcuai_native}/LinkedPacks.cmake)
    mcuai_link_packs(mcuai_linked "${MCUAI_PACKS}")
    list(APPEND ${MCUAI_INTEROP}_SOURCES ${mcuai_native}/mapping_linked.c ${mcuai_linked})
endif()

# These become those of all native assemblies: the headers of this folder are found without.
set(${MCUAI_INTEROP}_INCLUDE_DIRS
    ${mcuai_firmware}/core/include
    ${CMAKE_SOURCE_DIR}/src/CLR/Core
    ${CMAKE_SOURCE_DIR}/src/CLR/Include
    ${CMAKE_SOURCE_DIR}/src/HAL/Include
    ${CMAKE_SOURCE_DIR}/src/PAL/Include)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(INTEROP-${MCUAI_INTEROP} DEFAULT_MSG
    ${MCUAI_INTEROP}_INCLUDE_DIRS ${MCUAI_INTEROP}_SOURCES)
