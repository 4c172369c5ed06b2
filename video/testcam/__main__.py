from video.testcam.command import main

raise SystemExit(main())
