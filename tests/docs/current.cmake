# docs/PAGE.md is what `finnc PAGE --markdown` prints.
execute_process(COMMAND ${FINNC} ${PAGE} --markdown OUTPUT_FILE ${MADE} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${MADE} ${SOURCES}/docs/${PAGE}.md RESULT_VARIABLE differs)
if(differs)
    message(FATAL_ERROR "docs/${PAGE}.md is out of date: ./dev docs makes it anew")
endif()
