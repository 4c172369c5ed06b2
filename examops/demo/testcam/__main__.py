from examops.demo.testcam.command import main

raise SystemExit(main())
