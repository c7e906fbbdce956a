# The core's sources, for the build systems around it. Where MCUAI_KERNELS is empty or portable, all kernels are portable;
# else it names a kernel family: dsp, mve or rv32.
#
# MCUAI_CORE_SOURCES always belong to an image. MCUAI_PORTABLE_SOURCES have to be an archive that is linked after them: the
# linker takes from it only what the family lacks.
set(MCUAI_CORE_DIR ${CMAKE_CURRENT_LIST_DIR})
file(GLOB MCUAI_CORE_SOURCES ${MCUAI_CORE_DIR}/src/*.c)
if(MCUAI_KERNELS AND NOT MCUAI_KERNELS STREQUAL "portable")
    if(NOT IS_DIRECTORY ${MCUAI_CORE_DIR}/kernels/${MCUAI_KERNELS})
        message(FATAL_ERROR "MCUAI_KERNELS is '${MCUAI_KERNELS}'; it has to be portable, dsp, mve or rv32.")
    endif()
    foreach(part operators kernels language)
        file(GLOB family ${MCUAI_CORE_DIR}/${part}/${MCUAI_KERNELS}/*.c ${MCUAI_CORE_DIR}/${part}/${MCUAI_KERNELS}/*.S)
        list(APPEND MCUAI_CORE_SOURCES ${family})
    endforeach()
endif()
set(MCUAI_PORTABLE_SOURCES)
foreach(folder operators kernels/portable audio features language streaming)
    file(GLOB portable ${MCUAI_CORE_DIR}/${folder}/*.c)
    list(APPEND MCUAI_PORTABLE_SOURCES ${portable})
endforeach()
